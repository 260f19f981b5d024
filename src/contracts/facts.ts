import { connectionId, sessionId } from "#base/ids.ts";
import {
  boolean,
  converted,
  integer,
  listOf,
  number,
  object,
  optional,
  text,
  type ShapeValue,
} from "#base/shape/shape.ts";
import { milliseconds, wallTime } from "#base/units.ts";

export const sessionIdShape = converted(integer({ from: 0, to: 65536 }), sessionId);
export const connectionIdShape = converted(integer({ from: 1, to: Number.MAX_SAFE_INTEGER }), connectionId);
export const wallTimeShape = converted(number, wallTime);
export const durationShape = converted(number, milliseconds);
export const sizeShape = object({ width: integer({ from: 1, to: 16384 }), height: integer({ from: 1, to: 16384 }) });

/** An XKB choice, as setxkbmap takes it. */
export const keyboardShape = object({
  model: text,
  layout: text,
  variant: optional(text),
  options: optional(text),
});
export type Keyboard = ShapeValue<typeof keyboardShape>;

/** Who is on the other end of a connection, as far as he said so himself. */
export const clientShape = object({
  /** Peer address, without the port. */
  address: text,
  /** The client computer's name, at most 15 characters; empty when it gave none. */
  name: text,
  /** Client build number as in the core data. */
  build: integer({ from: 0, to: 0xffffffff }),
});
export type Client = ShapeValue<typeof clientShape>;

/** A connection at a session. */
export const attachmentShape = object({
  connection: connectionIdShape,
  client: clientShape,
  since: wallTimeShape,
});

/** All that is known of a session; its keeper is the one who knows. */
export const sessionFactsShape = object({
  id: sessionIdShape,
  user: text,
  uid: integer({ from: 0, to: 0xffffffff }),
  createdAt: wallTimeShape,
  /** Opened by the administrator's door: it takes no seat. Absent in keepers of an older version. */
  administrative: optional(boolean),
  /** False while the desktop is still being started. */
  ready: boolean,
  /** Absent: disconnected (`Disc`). */
  attachment: optional(attachmentShape),
  /** Everybody who is attached or expected came by the administrator's door. Absent in keepers of an older version. */
  byDoor: optional(boolean),
  /** A connection is expected at any moment: it has been given a ticket. Absent in keepers of an older version. */
  awaited: optional(boolean),
  /** When the last attachment ended; absent before the first one ended. */
  detachedAt: optional(wallTimeShape),
  /** The last key or pointer motion; the creation before any. */
  lastInputAt: wallTimeShape,
  /** When a program (a film) asked last not to be taken for idle, or still does; absent: never, or not known. */
  inhibitedAt: optional(wallTimeShape),
  /** X display number, -1 before the X server has one. */
  display: integer({ from: -1, to: 65535 }),
  desktop: text,
  /** Process ids: keeper, X server, first process of the desktop; 0 while not running. */
  keeperPid: integer({ from: 0, to: 0x7fffffff }),
  serverPid: integer({ from: 0, to: 0x7fffffff }),
  leaderPid: integer({ from: 0, to: 0x7fffffff }),
});
export type SessionFacts = ShapeValue<typeof sessionFactsShape>;

/** One process of a session. */
export const processFactsShape = object({
  pid: integer({ from: 1, to: 0x7fffffff }),
  user: text,
  image: text,
  session: sessionIdShape,
});
export type ProcessFacts = ShapeValue<typeof processFactsShape>;
export const processListShape = listOf(processFactsShape, { atMost: 65536 });
