import { boolean, integer, listOf, number, object, oneOf, optional, text, variants } from "#base/shape/shape.ts";
import type { ShapeValue } from "#base/shape/shape.ts";
import { sessionIdShape } from "./facts.ts";

const pid = integer({ from: 1, to: 0x7fffffff });
const count = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });
const evidence = listOf(text, { atMost: 32 });
const owner = variants({
  session: object({ session: sessionIdShape, user: text }),
  holdfast: object({}),
  user: object({ user: text }),
  host: object({}),
});
const namedProcess = object({ pid, startedAt: count, program: text });

/** A leak, as `policy/leaks/finding.ts` explains. */
export const findingShape = variants({
  growth: object({
    id: text,
    owner,
    resource: oneOf(
      "memory",
      "processes",
      "threads",
      "descriptors",
      "sharedMemory",
      "segments",
      "pixmaps",
      "keys",
      "tmpfs",
    ),
    process: optional(namedProcess),
    growth: object({
      perHour: number,
      perHourLow: number,
      perHourHigh: number,
      confidence: number,
      from: number,
      to: number,
      hours: number,
      samples: count,
      fullInHours: optional(number),
    }),
    evidence,
  }),
  orphan: object({
    id: text,
    owner,
    thing: oneOf(
      "process",
      "xServer",
      "display",
      "displayLock",
      "segment",
      "sharedMemoryFile",
      "sessionFolder",
      "logindSession",
      "mount",
    ),
    name: text,
    process: optional(namedProcess),
    evidence,
    kept: optional(text),
  }),
  unbalanced: object({
    id: text,
    owner,
    thing: oneOf("connectionProcesses", "keepers", "authenticators", "zombies", "descriptors"),
    surplus: count,
    evidence,
  }),
});
export type LeakFinding = ShapeValue<typeof findingShape>;

export const leaksReplyShape = object({
  findings: listOf(findingShape, { atMost: 1000 }),
  /** What the watch itself has done so far. Times in seconds. */
  watch: object({ samples: count, every: number, processes: count, things: count, since: number }),
});
export type LeaksReply = ShapeValue<typeof leaksReplyShape>;

/** What became of one finding that was to be removed. */
export const cleanedShape = object({ id: text, removed: boolean, why: optional(text) });
export type Cleaned = ShapeValue<typeof cleanedShape>;

/** One process, and what it takes of the host's memory. MB of PSS. */
export const processMemoryShape = object({
  pid,
  program: text,
  role: oneOf("service", "connection", "keeper", "xServer", "program", "other"),
  session: optional(sessionIdShape),
  user: text,
  megabytes: number,
  /** Why that is unusual. */
  unusual: optional(text),
});
export type ProcessMemory = ShapeValue<typeof processMemoryShape>;

/** A part of a process of ours that its JavaScript engine knows of, in MB, and why that is unusual. */
const memoryRoomShape = object({ name: text, megabytes: number, unusual: optional(text) });
export type MemoryRoom = ShapeValue<typeof memoryRoomShape>;

export const memoryReplyShape = object({
  totalMB: number,
  leftMB: number,
  /** The largest first. */
  processes: listOf(processMemoryShape, { atMost: 4000 }),
  /** Of the one process that was asked for: files, heap, stacks, the largest first. */
  parts: optional(listOf(object({ name: text, megabytes: number }), { atMost: 100 })),
  /** Of the one process, where it is one of Holdfast's own that answers. */
  rooms: optional(listOf(memoryRoomShape, { atMost: 40 })),
});
export type MemoryReply = ShapeValue<typeof memoryReplyShape>;

/** What a client of a session's X server holds there. */
export const xClientUseShape = object({
  /** 0: not known. */
  pid: integer({ from: 0, to: 0x7fffffff }),
  /** In MB. */
  pixmaps: number,
  resources: count,
});
export type XClientUse = ShapeValue<typeof xClientUseShape>;
