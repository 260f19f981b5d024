import type { Size } from "#base/geometry.ts";
import { decode } from "#base/bytes/codec.ts";
import { domainPdu } from "../../framing/domainMcs.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { readSendData, type SendData } from "../../framing/sendData.ts";
import { readX224Data } from "../../framing/x224.ts";
import { readFastPathInput } from "../../share/input/fastPathInput.ts";
import type { InputEvent } from "../../share/input/inputEvent.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import { readSharePdus } from "../../share/shareHeaders.ts";
import { refuse, step, type AcceptEffect, type AcceptStep, type Capable, type Joined } from "./acceptState.ts";
import { demandActiveBytes } from "./capabilities.ts";
import { shareControlBytes, shareId } from "./outgoing.ts";

/** MS-RDPBCGR 3.3.5.4 and on: what a client sends while it works. */
export function receiveLive(capable: Capable, message: WireMessage): AcceptStep {
  const state = { at: "active", capable } as const;
  if (message.is === "fastPath") {
    const events: InputEvent[] = [];
    readFastPathInput(message.bytes, (event) => events.push(event));
    return step(state, { do: "input", events });
  }
  const sent = readSendData(message.bytes);
  if (sent === undefined) return receiveOther(state, message);
  if (sent.channelId === capable.ioChannelId) {
    return step(
      state,
      ...readSharePdus(sent.data).flatMap(({ message: pdu }) => (pdu.is === "data" ? effectsOf(pdu.pdu) : [])),
    );
  }
  if (sent.channelId === capable.messageChannelId) return step(state, { do: "messageChannel", data: sent.data });
  const channel = capable.channels.find(({ id }) => id === sent.channelId);
  // Data for a channel that nobody asked for is nobody's.
  return channel === undefined ? step(state) : step(state, { do: "channelChunk", channel, chunk: sent.data });
}

/** The messages of the share in this wire message; undefined when it is something else. */
export function shareMessagesOf(joined: Joined, message: WireMessage): readonly ShareDataMessage[] | undefined {
  const sent = readSendData(message.bytes);
  if (sent?.channelId !== joined.ioChannelId) return undefined;
  return readSharePdus(sent.data).flatMap(({ message: pdu }) => (pdu.is === "data" ? [pdu.pdu] : []));
}

/** MS-RDPBCGR 1.3.1.3: the share is taken down and offered again at another size; the channels stay. */
export function deactivate(capable: Capable, size: Size): AcceptStep {
  return step(
    { at: "awaitingConfirmActive", introduced: capable, size },
    { do: "send", bytes: shareControlBytes(capable, { is: "deactivateAll", shareId }) },
    { do: "send", bytes: demandActiveBytes(capable, size) },
  );
}

/** What of a live message matters while the share is being taken up again: everything but the share. */
export function receiveBesideShare(joined: Joined, sent: SendData): readonly AcceptEffect[] {
  if (sent.channelId === joined.messageChannelId) return [{ do: "messageChannel", data: sent.data }];
  const channel = joined.channels.find(({ id }) => id === sent.channelId);
  return channel === undefined ? [] : [{ do: "channelChunk", channel, chunk: sent.data }];
}

function receiveOther(state: { readonly at: "active"; readonly capable: Capable }, message: WireMessage): AcceptStep {
  const pdu = decode(domainPdu, readX224Data(message.payload));
  switch (pdu.is) {
    case "disconnectProviderUltimatum":
      return step({ at: "ended" }, { do: "clientLeft", how: String(pdu.reason) });
    // Clients that skip nothing may join late; there is nothing to answer that they wait for.
    case "channelJoinRequest":
      return step(state);
    default:
      return refuse({ code: "HF-WIRE-06", step: "active", got: pdu.is });
  }
}

function effectsOf(pdu: ShareDataMessage): readonly AcceptEffect[] {
  switch (pdu.is) {
    case "input":
      return [{ do: "input", events: pdu.events }];
    case "suppressOutput":
      return [{ do: "allowOutput", area: pdu.shown }];
    case "refreshRectangle":
      return [{ do: "refresh", areas: pdu.areas }];
    case "shutdownRequest":
      return [{ do: "shutdownRequested" }];
    case "frameAcknowledge":
      return [{ do: "frameAcknowledged", frame: pdu.frameId }];
    default:
      return [];
  }
}
