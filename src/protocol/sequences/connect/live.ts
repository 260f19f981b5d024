import { decode } from "#base/bytes/codec.ts";
import type { Instant } from "#base/units.ts";
import { domainPdu } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { readSendData, type SendData } from "../../framing/sendData.ts";
import { readX224Data } from "../../framing/x224.ts";
import { channelMessage } from "../../share/message/messageChannel.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import { readSharePdus, type SharePdu } from "../../share/shareHeaders.ts";
import { answerDetection } from "./detection.ts";
import {
  fail,
  step,
  type Capable,
  type ConnectEffect,
  type ConnectState,
  type ConnectStep,
  type Joined,
} from "./connectState.ts";
import { messageChannelBytes } from "./outgoing.ts";

/** MS-RDPBCGR 3.2.5.4 and on: what a server sends while it is shown. */
export function receiveLive(capable: Capable, message: WireMessage, now: Instant): ConnectStep {
  const state = { at: "active", capable } as const;
  if (message.is === "fastPath") return step(state, { do: "fastPathOutput", bytes: message.bytes });
  const sent = readSendData(message.bytes);
  if (sent === undefined) return otherThanData(capable, state.at, message);
  if (sent.channelId === capable.ioChannelId) return receiveShare(capable, readSharePdus(sent.data));
  const { joined, effects } = besideShare(capable, sent, now);
  return step({ at: "active", capable: joined }, ...effects);
}

function receiveShare(capable: Capable, pdus: readonly SharePdu[]): ConnectStep {
  const effects: ConnectEffect[] = [];
  let joined = capable;
  for (const [index, { message }] of pdus.entries()) {
    switch (message.is) {
      case "data":
        effects.push(effectOf(message.pdu));
        joined = remember(joined, message.pdu);
        break;
      case "serverRedirection":
        effects.push({ do: "redirected", redirection: message.redirection });
        break;
      case "deactivateAll": {
        // What stands behind it in the same message belongs to no share.
        const rest = pdus.slice(index + 1).some((each) => each.message.is === "demandActive");
        if (rest) return fail({ is: "unexpected", at: "active", got: "a Demand Active behind a Deactivate All" });
        return step({ at: "awaitingDemandActive", joined, again: true }, ...effects, { do: "deactivated" });
      }
      default:
        break;
    }
  }
  return step({ at: "active", capable: joined }, ...effects);
}

/** What the share may say while it is down: errors and status, above all. */
export function receiveBeforeShare(
  state: Extract<ConnectState, { readonly at: "awaitingLicense" | "awaitingDemandActive" }>,
  pdus: readonly SharePdu[],
): ConnectStep {
  const effects: ConnectEffect[] = [];
  let { joined } = state;
  for (const { message } of pdus) {
    if (message.is === "serverRedirection") effects.push({ do: "redirected", redirection: message.redirection });
    if (message.is !== "data") continue;
    joined = remember(joined, message.pdu);
    const effect = effectOf(message.pdu);
    if (effect.do !== "update" && effect.do !== "pointer") effects.push(effect);
  }
  return step({ ...state, joined }, ...effects);
}

interface Beside<J extends Joined> {
  readonly joined: J;
  readonly effects: readonly ConnectEffect[];
}

/** Anything that is not on the I/O channel: static channels, and the message channel, which is answered at once. */
export function besideShare<J extends Joined>(joined: J, sent: SendData, now: Instant): Beside<J> {
  const channel = joined.channels.find(({ id }) => id === sent.channelId);
  if (channel !== undefined) return { joined, effects: [{ do: "channelChunk", channel, chunk: sent.data }] };
  return sent.channelId === joined.messageChannelId ? outsideShare(joined, sent.data, now) : { joined, effects: [] };
}

/** What comes with a security header: beats, measurements, offers of side connections. */
export function outsideShare<J extends Joined>(joined: J, data: Uint8Array, now: Instant): Beside<J> {
  const message = decode(channelMessage, data);
  switch (message.is) {
    case "heartbeat":
      return { joined, effects: [{ do: "heartbeat", heartbeat: message }] };
    case "multitransportRequest": {
      // No side connection is made. MS-RDPBCGR 3.2.5.15.2
      const { requestId } = message;
      const bytes = messageChannelBytes(joined, { is: "multitransportResponse", requestId, result: notDone });
      return { joined, effects: [{ do: "send", bytes }] };
    }
    case "autoDetectRequest": {
      const { measurement, response } = answerDetection(message.request, joined.measurement, now);
      if (response === undefined) return { joined: { ...joined, measurement }, effects: [] };
      const bytes = messageChannelBytes(joined, { is: "autoDetectResponse", response });
      return { joined: { ...joined, measurement }, effects: [{ do: "send", bytes }] };
    }
    default:
      return { joined, effects: [] };
  }
}

/** The server's goodbye; any other MCS message has no place here. */
export function otherThanData(joined: Joined, at: string, message: WireMessage): ConnectStep {
  const pdu = decode(domainPdu, readX224Data(message.payload));
  if (pdu.is !== "disconnectProviderUltimatum") return fail({ is: "unexpected", at, got: pdu.is });
  return fail({ is: "endedByServer", at, reason: pdu.reason, error: joined.lastError });
}

/** The same state with the message counted, where a bandwidth measurement is under way. */
export function countMeasured(state: ConnectState, { bytes }: WireMessage): ConnectState {
  switch (state.at) {
    case "awaitingLicense":
    case "awaitingDemandActive":
      return state.joined.measurement === undefined ? state : { ...state, joined: counted(state.joined, bytes) };
    case "finalizing":
    case "active":
      return state.capable.measurement === undefined ? state : { ...state, capable: counted(state.capable, bytes) };
    default:
      return state;
  }
}

function counted<J extends Joined>(joined: J, { length }: Uint8Array): J {
  const { measurement } = joined;
  if (measurement === undefined) return joined;
  return { ...joined, measurement: { ...measurement, byteCount: measurement.byteCount + length } };
}

function remember<J extends Joined>(joined: J, pdu: ShareDataMessage): J {
  return pdu.is === "setErrorInfo" ? { ...joined, lastError: pdu.error === "none" ? undefined : pdu.error } : joined;
}

function effectOf(pdu: ShareDataMessage): ConnectEffect {
  switch (pdu.is) {
    case "graphicsUpdate":
      return { do: "update", update: pdu.update };
    case "pointer":
      return { do: "pointer", pointer: pdu.pointer };
    case "saveSessionInfo":
      return { do: "sessionInfo", info: pdu.info };
    case "setErrorInfo":
      return { do: "errorInfo", error: pdu.error };
    default:
      return { do: "told", message: pdu };
  }
}

/** E_ABORT. MS-RDPBCGR 2.2.15.2 */
const notDone = 0x80004004;
