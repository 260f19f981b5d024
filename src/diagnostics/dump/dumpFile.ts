import { boolean, integer, listOf, number, object, oneOf, optional, text, type ShapeValue } from "#base/shape/shape.ts";
import { connectionIdShape, sessionIdShape, wallTimeShape } from "#contracts/facts.ts";
import { insideShape } from "#contracts/inside.ts";

const bytes = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });
const pid = integer({ from: 1, to: 0x7fffffff });
const typeShape = object({ name: text, count: number, self: number, retained: number });

/** What is in a heap, as `heap/heapSummary.ts` has it. */
const heapShape = object({
  things: bytes,
  bytes: number,
  types: listOf(typeShape, { atMost: 300 }),
  holders: listOf(object({ name: text, self: number, retained: number, path: text }), { atMost: 20 }),
});

const threadShape = object({
  id: bytes,
  name: text,
  state: text,
  waits: text,
  channel: optional(text),
  kernelStack: listOf(text, { atMost: 32 }),
});

const coreShape = object({
  pid,
  bytes,
  paused: number,
  threads: listOf(object({ name: text, frames: listOf(text, { atMost: 64 }) }), { atMost: 4096 }),
  mappings: listOf(object({ name: text, resident: number, own: number }), { atMost: 12 }),
});

/** One process in a dump. */
const dumpedProcessShape = object({
  pid,
  program: text,
  /** "program": of the session's user, or any other. */
  role: oneOf("service", "connection", "keeper", "xServer", "desktop", "program"),
  connection: optional(connectionIdShape),
  session: optional(sessionIdShape),
  threads: listOf(threadShape, { atMost: 256 }),
  /** What it says of itself; absent: it is none of ours, or said nothing. */
  inside: optional(insideShape),
  /** Its heap snapshot: a file of the dump. `paused`: milliseconds in which it did nothing else. */
  heap: optional(object({ file: text, bytes, paused: number, summary: optional(heapShape) })),
  core: optional(object({ file: text, stacks: text, dump: coreShape })),
  /** What could not be had, and why. */
  problems: listOf(text, { atMost: 16 }),
});
export type DumpedProcess = ShapeValue<typeof dumpedProcessShape>;

/** A dump: what was taken, of whom, and what is in it. The file `dump.json` of its folder. */
export const dumpShape = object({
  version: text,
  at: wallTimeShape,
  /** What it was taken for, for people: "the refusal K7QX-2M of anna". */
  about: text,
  /** The record of the refusal. */
  record: optional(text),
  /** The refusal stood on its client's screen all the time; absent: it was of no refusal, or had no screen. */
  held: optional(boolean),
  took: number,
  processes: listOf(dumpedProcessShape, { atMost: 1024 }),
});
export type Dump = ShapeValue<typeof dumpShape>;
