import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { traceRecords, type TraceFileEnd } from "#base/trace/traceFile.ts";
import type { TraceMessage, TraceProcess, TraceRecord } from "#base/trace/traceRecord.ts";
import type { TracedMessage } from "#protocol/trace/tracedMessage.ts";
import type { KnownChannels } from "#protocol/trace/where.ts";
import { recordsEnd, type TraceParts } from "./traceParts.ts";

/** What one process has recorded, in order. */
export interface RecordedStream {
  readonly file: string;
  readonly process: TraceProcess;
  readonly records: readonly TraceRecord[];
  /** undefined: the file is whole. Otherwise a sentence. */
  readonly problem: string | undefined;
}

/** The records of a trace, a stream for each process; connections first, in the order of their ids. */
export function recordedStreams(parts: TraceParts): readonly RecordedStream[] {
  const files = [...parts].filter(([name]) => name.endsWith(recordsEnd));
  return files.flatMap(([file, bytes]) => streamsOf(file, bytes)).toSorted(inOrder);
}

/** The message as the protocol speaks of it: who sent it depends on whose record it is. */
export function tracedMessage({ kind }: TraceProcess, message: Omit<TraceMessage, "secrets">): TracedMessage {
  const isFromClient = (message.direction === "received") !== (kind === "probe");
  const { form, bytes, length } = message;
  return { form, direction: isFromClient ? "fromClient" : "toClient", bytes, length };
}

/** The channels that a note "joined" tells; undefined: it is another record. */
export function joinedNote({ what }: TraceRecord): KnownChannels | undefined {
  if (what.is !== "note" || what.name !== "joined") return undefined;
  const numbers = Object.entries(what.facts).map(([name, value]) => [name, Number(value)] as const);
  const found = new Map(numbers.filter(([, value]) => Number.isInteger(value)));
  const ioChannelId = found.get("ioChannel");
  if (ioChannelId === undefined) return undefined;
  const channels = [...found].flatMap(([name, id]) =>
    name.startsWith(channelPrefix) ? [{ name: name.slice(channelPrefix.length), id }] : [],
  );
  return { ioChannelId, messageChannelId: found.get("messageChannel"), channels };
}

function streamsOf(file: string, bytes: Uint8Array): readonly RecordedStream[] {
  const byProcess = new Map<string, TraceRecord[]>();
  const { records, problem } = readAll(bytes);
  for (const record of records) {
    const key = `${record.process.kind} ${record.process.id}`;
    const own = byProcess.get(key);
    if (own === undefined) byProcess.set(key, [record]);
    else own.push(record);
  }
  const streams = [...byProcess.values()].map((own) => ({ file, process: own[0]!.process, records: own, problem }));
  if (streams.length !== 0 || problem === undefined) return streams;
  return [{ file, process: { kind: "service", id: 0 }, records: [], problem }];
}

function readAll(bytes: Uint8Array): {
  readonly records: readonly TraceRecord[];
  readonly problem: string | undefined;
} {
  const records: TraceRecord[] = [];
  try {
    const reading = traceRecords(bytes);
    for (let next = reading.next(); ; next = reading.next()) {
      if (next.done === true) return { records, problem: problemOf(next.value) };
      if (limits.replayRecords <= records.length)
        return { records, problem: `it is too long: only its first ${limits.replayRecords} records are read` };
      records.push(next.value);
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { records, problem: otherFile(bytes, error) };
  }
}

function problemOf(end: TraceFileEnd): string | undefined {
  switch (end.is) {
    case "whole":
      return undefined;
    case "cut":
      return `it is cut in the record that begins at byte ${end.at}`;
    case "damaged":
      return `it is damaged at byte ${end.at}: ${end.why}`;
  }
}

function otherFile(bytes: Uint8Array, error: DecodeError): string {
  const isTrace = Buffer.from(bytes.subarray(0, 7)).toString("latin1") === "HFTRACE";
  if (!isTrace || bytes.length < 10) return `it is no trace of Holdfast (${error.message})`;
  return `it is of version ${bytes[8]! | (bytes[9]! << 8)}, and version 1 is what this Holdfast reads`;
}

function inOrder(one: RecordedStream, other: RecordedStream): number {
  return rank(one) - rank(other) || one.process.id - other.process.id;
}

function rank({ process }: RecordedStream): number {
  return ["connection", "probe", "keeper", "service"].indexOf(process.kind);
}

const channelPrefix = "channel ";
