import type { TraceMessage, TraceRecord } from "#base/trace/traceRecord.ts";
import type { WireMessage } from "#protocol/framing/messageSplitter.ts";
import { accept, accepting } from "#protocol/sequences/accept/accept.ts";
import type { AcceptEvent, AcceptState } from "#protocol/sequences/accept/acceptState.ts";
import { redact } from "#protocol/trace/redact.ts";
import { Where } from "#protocol/trace/where.ts";
import { Meeting, usualServer, type MeetingOptions } from "./meeting.ts";

/** When the connection begins, in microseconds since 1970-01-01 UTC. */
export const recordedAt = 1_795_000_000_000_000;

/**
 * What a connection process records of a client that signs in: as in `Meeting`, without secrets. `then`: what the
 * server sends once the client is there.
 */
export function recordedMeeting(
  options: MeetingOptions = {},
  then: readonly Uint8Array[] = [],
): readonly TraceRecord[] {
  const { receivedByServer } = new Meeting(options);
  const process = { kind: "connection", id: 12 } as const;
  const records: TraceRecord[] = [];
  const where = new Where();
  let state: AcceptState = accepting;
  const note = (message: Omit<TraceMessage, "length" | "secrets">): void => {
    const direction = message.direction === "received" ? "fromClient" : "toClient";
    const bytes = redact({ form: message.form, direction, bytes: message.bytes }, where);
    const at = recordedAt + records.length * 1000;
    const what = { is: "message", ...message, bytes, length: bytes.length, secrets: "removed" } as const;
    records.push({ at, process, what });
  };
  const step = (event: AcceptEvent): void => {
    const { state: next, effects } = accept(state, event, { ...usualServer, ...options.server });
    state = next;
    for (const effect of effects) {
      if (effect.do === "send") note({ direction: "sent", form: "tpkt", step: state.at, bytes: effect.bytes });
      if (effect.do === "askNlaOffer") step({ is: "nlaOffer", offered: options.nlaOffered ?? false });
      if (effect.do === "startTls") step({ is: "tlsReady" });
    }
  };
  for (const message of receivedByServer) {
    if (state.at === "awaitingNla") {
      step({ is: "nlaOver" });
      step({ is: "admitted" });
    }
    receive(message);
  }
  for (const bytes of then)
    note({ direction: "sent", form: bytes[0] === 3 ? "tpkt" : "fastPath", step: "active", bytes });
  return records;

  function receive(message: WireMessage): void {
    note({ direction: "received", form: message.is, step: state.at, bytes: message.bytes });
    step({ is: "message", message });
  }
}
