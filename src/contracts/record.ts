import { anything, boolean, integer, listOf, number, object, oneOf, optional, text } from "#base/shape/shape.ts";
import type { ShapeValue } from "#base/shape/shape.ts";
import { limits } from "#base/limits.ts";
import { clientShape, connectionIdShape, sessionIdShape, wallTimeShape } from "./facts.ts";

const count = integer({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** Something that was waited for, the same thing put together. */
export const waitShape = object({
  for: text,
  count,
  /** Milliseconds in all. */
  took: number,
  /** It was still being waited for when this was written. */
  open: optional(boolean),
});
export type Wait = ShapeValue<typeof waitShape>;

/** How a connection has come as far as it is, by itself. */
export const journeyShape = object({
  /** The name of the record that its end will have. */
  record: text,
  /** Each phase with its beginning in milliseconds since the connection was accepted; it ends where the next begins. */
  phases: listOf(object({ phase: text, at: number }), { atMost: limits.journeyPhases }),
  waits: listOf(waitShape, { atMost: limits.journeyWaits }),
});
export type Journey = ShapeValue<typeof journeyShape>;

/** The phases of a connection in their order; of those that a newer version knows the words are shown as they are. */
export const connectionPhases = [
  "accept",
  "negotiation",
  "tls",
  "nla",
  "settings",
  "capabilities",
  "graphics",
  "signIn",
  "decision",
  "attach",
  "firstFrame",
  "live",
] as const;
export type ConnectionPhase = (typeof connectionPhases)[number];

/**
 * A refusal, or the end of a connection or of a session: all that is known of why. Its words are those of the version
 * that wrote it.
 */
export const recordShape = object({
  /** As it stood on the user's screen: "K7QX-2M". */
  id: text,
  at: wallTimeShape,
  what: oneOf("refused", "connectionEnded", "sessionEnded"),
  /** One sentence. */
  how: text,
  /** Absent: nobody said no. */
  words: optional(
    object({
      code: text,
      title: text,
      explanation: text,
      culprit: object({ is: text, name: text }),
      /** The culprit as a sentence says it: "the setting MaxInstanceCount". */
      cause: text,
      remedy: text,
      helpers: listOf(text, { atMost: 8 }),
      errorInfo: text,
    }),
  ),
  /** The facts that the words are made of, with their numbers. */
  facts: optional(anything),
  /** Of Windows' event 40: what the client was told. */
  reason: count,
  /** Where it stood: a phase of the connection, or "session". */
  step: text,
  /** Since when it had stood there. */
  stepSince: wallTimeShape,
  /** When the connection, or the session, had begun. */
  since: wallTimeShape,
  connection: optional(connectionIdShape),
  session: optional(sessionIdShape),
  /** As the host writes it where `authenticated`, otherwise as somebody claimed. */
  user: optional(text),
  authenticated: boolean,
  client: optional(clientShape),
  phases: journeyShapeMember("phases"),
  waits: journeyShapeMember("waits"),
});
export type EndRecord = ShapeValue<typeof recordShape>;

function journeyShapeMember<K extends "phases" | "waits">(name: K) {
  return {
    parse: (value: unknown, path = ""): Journey[K] =>
      journeyShape.parse({ record: "", phases: [], waits: [], [name]: value }, path)[name],
  };
}
