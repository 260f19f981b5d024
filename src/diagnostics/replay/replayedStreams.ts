import { ZgfxDecompressor } from "#codecs/zgfx/decompressor.ts";
import type { TraceProcess, TraceRecord } from "#base/trace/traceRecord.ts";
import { Describer } from "#protocol/trace/describe.ts";
import type { ShownFields } from "#protocol/trace/shown.ts";
import { joinedNote, tracedMessage, type RecordedStream } from "./recordedStreams.ts";
import { fieldsText, whatText } from "./replayText.ts";

/** The records of one process in words. */
export interface ReplayedStream {
  readonly process: TraceProcess;
  readonly file: string;
  readonly records: readonly ReplayedRecord[];
  /** undefined: its file is whole. */
  readonly problem: string | undefined;
}

export interface ReplayedRecord {
  /** Microseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Seconds since the first record of the trace. */
  readonly offset: number;
  /** Which way a message went: → from the client, ← to it; · is no message. */
  readonly arrow: "→" | "←" | "·";
  /** Of the PDU, or of what else happened. */
  readonly name: string;
  readonly text: string;
  /** Absent where there is nothing but `text`. */
  readonly fields?: ShownFields;
  /** Where the sequence stood before a message, and how long the message was in bytes. */
  readonly step?: string;
  readonly bytes?: number;
}

/** Tells a stream; `start`: the first record of the whole trace, in microseconds. */
export function replayedStream(stream: RecordedStream, start: number): ReplayedStream {
  const { process, file, problem } = stream;
  return { process, file, problem, records: [...replayedRecords(stream, start)] };
}

/** The same record by record, for those who keep only some of them. */
export function* replayedRecords(stream: RecordedStream, start: number): Generator<ReplayedRecord> {
  const describer = new Describer({ decompressor: () => new ZgfxDecompressor() });
  for (const record of stream.records) yield* told(stream, record, describer, start);
}

function told(
  { process }: RecordedStream,
  record: TraceRecord,
  describer: Describer,
  start: number,
): readonly ReplayedRecord[] {
  const { at, what } = record;
  const joined = joinedNote(record);
  if (joined !== undefined) describer.know(joined);
  const offset = (at - start) / 1e6;
  if (what.is !== "message") return [{ at, offset, arrow: "·", ...whatText(what) }];
  const message = tracedMessage(process, what);
  const arrow = message.direction === "fromClient" ? "→" : "←";
  const common = { at, offset, arrow, step: what.step, bytes: what.length } as const;
  if (what.secrets === "withheld")
    return [{ ...common, name: "withheld", text: "its secrets could not be found, so nothing of it was kept" }];
  return describer.describe(message).map(({ name, fields }) => ({ ...common, name, text: fieldsText(fields), fields }));
}
