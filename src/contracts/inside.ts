import { integer, listOf, number, object, optional, text, type ShapeValue } from "#base/shape/shape.ts";

const bytes = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** Something that is waited for. Times in milliseconds. */
export const openWaitShape = object({
  what: text,
  waited: number,
  /** Until its deadline; absent: it has none of its own. */
  left: optional(number),
});
export type OpenWait = ShapeValue<typeof openWaitShape>;

/** What a process of ours knows of itself and nobody sees from outside; `system/inside/lookInside.ts` explains it. */
export const insideShape = object({
  pid: integer({ from: 1, to: 0x7fffffff }),
  uptime: number,
  resident: bytes,
  heapUsed: bytes,
  heapTotal: bytes,
  external: bytes,
  buffers: bytes,
  spaces: listOf(object({ name: text, used: bytes, size: bytes }), { atMost: 32 }),
  active: listOf(object({ what: text, count: bytes }), { atMost: 64 }),
  waits: listOf(openWaitShape, { atMost: 256 }),
});
export type Inside = ShapeValue<typeof insideShape>;
