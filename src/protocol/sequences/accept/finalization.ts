import type { WireMessage } from "../../framing/messageSplitter.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import { step, type AcceptEffect, type AcceptStep, type Capable } from "./acceptState.ts";
import { receiveLive, shareMessagesOf } from "./live.ts";
import { serverChannelId, shareBytes } from "./outgoing.ts";

/**
 * MS-RDPBCGR 3.3.5.3.14 to 3.3.5.3.22: each of the client's messages is answered when it comes, and the font list ends
 * it. Input that comes early (a client need not wait) is taken like later input.
 */
export function receiveFinalization(capable: Capable, message: WireMessage): AcceptStep {
  const pdus = message.is === "fastPath" ? undefined : shareMessagesOf(capable, message);
  return pdus === undefined ? stillFinalizing(capable, receiveLive(capable, message)) : finalize(capable, pdus);
}

/** What the client's messages of the share are answered with; some clients send several in one. */
export function finalize(capable: Capable, pdus: readonly ShareDataMessage[]): AcceptStep {
  const effects: AcceptEffect[] = [];
  for (const pdu of pdus) {
    for (const answer of answers(capable, pdu)) effects.push({ do: "send", bytes: shareBytes(capable, answer) });
    if (pdu.is === "fontList") return finished(capable, effects);
  }
  return step({ at: "finalizing", capable }, ...effects);
}

/** What a live message does, but for the state that it stays in; an end is an end. */
function stillFinalizing(capable: Capable, live: AcceptStep): AcceptStep {
  return live.state.at === "active" ? { ...live, state: { at: "finalizing", capable } } : live;
}

function answers(capable: Capable, pdu: ShareDataMessage): readonly ShareDataMessage[] {
  switch (pdu.is) {
    case "synchronize":
      return [{ is: "synchronize", targetUser: capable.userChannelId }];
    case "control":
      if (pdu.action === "cooperate") return [{ is: "control", action: "cooperate", grantId: 0, controlId: 0 }];
      if (pdu.action !== "requestControl") return [];
      return [{ is: "control", action: "grantedControl", grantId: capable.userChannelId, controlId: serverChannelId }];
    case "fontList":
      return [{ is: "fontMap" }];
    default:
      return [];
  }
}

function finished(capable: Capable, effects: readonly AcceptEffect[]): AcceptStep {
  return step({ at: "active", capable }, ...effects, { do: "activate", capable });
}
