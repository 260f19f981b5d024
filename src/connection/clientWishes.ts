import type { Size } from "#base/geometry.ts";
import type { Client, Keyboard } from "#contracts/facts.ts";
import { xkbKeyboardFor } from "#desktop/keyboard/layouts.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import type { Arrival, Wanted } from "./frontDesk.ts";

/** Who is on the other end, as far as he says so himself. */
export function clientOf({ client }: Capable, address: string): Client {
  return { address, name: client.clientCore.clientName, build: client.clientCore.clientBuild };
}

/** What the client brought along for the sign-in. */
export function arrivalOf({ client, info, clientRandom }: Capable, nla: Arrival["nla"]): Arrival {
  const proof = info.extended?.autoReconnect;
  return {
    nla,
    cookie:
      proof === undefined || proof === "none"
        ? undefined
        : {
            session: proof.logonId,
            verifier: proof.securityVerifier,
            // Under TLS there is no client random: 32 zero bytes stand for it. MS-RDPBCGR 5.5
            clientRandom: clientRandom ?? new Uint8Array(32),
          },
    user: info.userName,
    domain: info.domain,
    password: info.password,
    autoLogon: info.flags.includes("autoLogon"),
    keyboardLayout: client.clientCore.keyboardLayout,
  };
}

/** What kind of session the client wants. */
export function wantedOf(capable: Capable, { width, height }: Size): Wanted {
  const { redirection, redirectedSessionId } = capable.client.clientCluster ?? {};
  // The console's session, as /admin and the old /console ask for it. MS-RDPBCGR 2.2.1.3.5
  const administrative = redirection?.flags.includes("redirectedSessionIdValid") === true && redirectedSessionId === 0;
  return { size: { width, height }, keyboard: keyboardOf(capable), administrative };
}

export function keyboardOf({ client }: Capable): Keyboard {
  const { keyboardLayout, keyboardType, keyboardSubType } = client.clientCore;
  return xkbKeyboardFor({ layout: keyboardLayout, type: keyboardType, subtype: keyboardSubType }).keyboard;
}
