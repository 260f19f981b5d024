import {
  boolean,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  text,
  variants,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { connectionIdShape, sessionFactsShape, wallTimeShape } from "./facts.ts";
import { connectionFactsShape } from "./service.ts";

const bytes = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** What stands in `manifest.json` of a trace: whatever its other files are read by. */
export const traceManifestShape = object({
  name: text,
  /** traced: from its start to its end; saved: what was remembered. */
  how: oneOf("traced", "saved"),
  /** Why it ended, as a sentence. */
  because: text,
  version: text,
  host: text,
  /** Of the oldest thing in it that is known, and of its end. */
  since: wallTimeShape,
  until: wallTimeShape,
  pictures: boolean,
  folders: object({ run: text, state: text, config: text }),
  servicePid: integer({ from: 1, to: 0x7fffffff }),
  connections: listOf(connectionFactsShape, { atMost: 65536 }),
  sessions: listOf(sessionFactsShape, { atMost: 65536 }),
});
export type TraceManifest = ShapeValue<typeof traceManifestShape>;

const denied = object({ why: text });

const collectedShape = object({
  /** The archive. */
  path: text,
  bytes,
  /** Why it ended, as a sentence. */
  because: text,
});
export type CollectedTrace = ShapeValue<typeof collectedShape>;

export const traceStartReply = variants({
  started: object({ name: text, bytesMax: bytes, until: wallTimeShape }),
  /** No such connection. */
  none: object({}),
  denied,
  failed: object({ why: text }),
});

export const traceEndReply = variants({
  collected: collectedShape,
  /** None is running. */
  none: object({}),
  denied,
  failed: object({ why: text }),
});
export type TraceEndReply = ShapeValue<typeof traceEndReply>;

export const traceStatusReply = variants({
  told: object({
    running: optional(
      object({
        name: text,
        since: wallTimeShape,
        until: wallTimeShape,
        bytes,
        bytesMax: bytes,
        pictures: boolean,
        connection: optional(connectionIdShape),
        /** Its archive is being made. */
        isEnding: boolean,
      }),
    ),
    /** Of this service's life. */
    last: optional(
      object({ name: text, endedAt: wallTimeShape, collected: optional(collectedShape), problem: optional(text) }),
    ),
    /** Connections whose last messages are remembered, those that have ended included. */
    remembered: integer({ from: 0, to: 0xffffffff }),
  }),
  denied,
});
export type TraceStatusReply = ShapeValue<typeof traceStatusReply>;

export const traceListReply = variants({
  listed: object({ traces: listOf(object({ path: text, bytes, at: wallTimeShape }), { atMost: 1000 }) }),
  denied,
});
