import { decode, encode } from "#base/bytes/codec.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { tpkt } from "../../framing/tpkt.ts";
import { connectionConfirm, connectionRequest } from "../../framing/x224.ts";
import { fail, step, type ConnectSettings, type ConnectStep } from "./connectState.ts";

/** MS-RDPBCGR 3.2.5.3.1: the connection request. */
export function sendRequest(settings: ConnectSettings): ConnectStep {
  const { offered, routing, correlationId } = settings;
  const request = encode(connectionRequest, {
    ...(routing === undefined ? {} : { routing }),
    // A client of standard RDP security alone sends no negotiation.
    ...(offered.length === 0
      ? {}
      : {
          negotiation: {
            flags: correlationId === undefined ? [] : ["correlationInfo"],
            requestedProtocols: offered,
          },
        }),
    ...(correlationId === undefined ? {} : { correlationId }),
  });
  return step({ at: "awaitingConfirm" }, { do: "send", bytes: tpkt(request) });
}

/** MS-RDPBCGR 3.2.5.3.2: the server's choice, which must be one of ours. */
export function receiveConfirm(message: WireMessage, { offered }: ConnectSettings): ConnectStep {
  if (message.is !== "tpkt") return fail({ is: "unexpected", at: "awaitingConfirm", got: message.is });
  const confirm = decode(connectionConfirm, message.payload);
  switch (confirm.is) {
    case "confirmed":
      return fail({ is: "securityNotSpoken", chosen: "rdp" });
    case "failed":
      return fail({ is: "negotiationFailed", failure: confirm.failure });
    case "negotiated": {
      const chosen = confirm.selectedProtocol;
      const spoken = chosen === "tls" || chosen === "credssp" || chosen === "credsspEx";
      if (!spoken || !offered.includes(chosen)) return fail({ is: "securityNotSpoken", chosen });
      return step({ at: "awaitingTls", negotiated: { chosen, flags: confirm.flags } }, { do: "startTls" });
    }
  }
}
