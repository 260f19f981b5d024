import type { Instant } from "#base/units.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import type { Capable, ConnectEffect, ConnectStep } from "./connectState.ts";
import { receiveLive } from "./live.ts";
import { serverChannelId, shareBytes } from "./outgoing.ts";

/** MS-RDPBCGR 3.2.5.3.14 to 3.2.5.3.18: synchronize, cooperate, ask for control, no fonts; whole messages in order. */
export function firstMessages(capable: Capable): readonly Uint8Array[] {
  return [
    shareBytes(capable, { is: "synchronize", targetUser: serverChannelId }),
    shareBytes(capable, { is: "control", action: "cooperate", grantId: 0, controlId: 0 }),
    shareBytes(capable, { is: "control", action: "requestControl", grantId: 0, controlId: 0 }),
    shareBytes(capable, { is: "fontList" }),
  ];
}

/**
 * MS-RDPBCGR 3.2.5.3.19 to 3.2.5.3.22: the font map ends it. What the server shows before is taken as later; its other
 * answers say nothing, and servers leave some out.
 */
export function receiveFinalization(capable: Capable, message: WireMessage, now: Instant): ConnectStep {
  const live = receiveLive(capable, message, now);
  if (live.state.at !== "active") return live;
  const effects = live.effects.filter((effect) => answerOf(effect) === undefined);
  if (!live.effects.some((effect) => answerOf(effect) === "fontMap")) {
    return { state: { ...live.state, at: "finalizing" }, effects };
  }
  const activate = { do: "activate", capable: live.state.capable, again: capable.again } as const;
  return { state: live.state, effects: [activate, ...effects] };
}

/** The server's part of the finalization. */
function answerOf(effect: ConnectEffect): "synchronize" | "control" | "fontMap" | undefined {
  if (effect.do !== "told") return undefined;
  const { is } = effect.message;
  return is === "synchronize" || is === "control" || is === "fontMap" ? is : undefined;
}
