import type { WallTime } from "#base/units.ts";
import { wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { culpritSentence, explain, helpersSentence, type Refusal } from "#refusals/refusal.ts";

/** Who is behind a connection, as far as the service has found out by itself. */
export interface KnownUser {
  readonly user: string;
  readonly authenticated: boolean;
}

/** A connection's end, or its refusal while that stands on its screen. */
export function recordOfConnection(given: {
  readonly facts: ConnectionFacts;
  readonly id: string;
  readonly who: KnownUser | undefined;
  /** One sentence, where there is no refusal. */
  readonly how: string;
  readonly refusal: Refusal | undefined;
  readonly at: WallTime;
}): EndRecord {
  const { facts, id, who, how, refusal, at } = given;
  const { acceptedAt, session, client, id: connection, journey } = facts;
  const last = journey?.phases.at(-1);
  const proved = facts.user === undefined ? who : { user: facts.user, authenticated: true };
  return {
    id,
    at,
    // Who has been at a session was let in.
    what: refusal === undefined || session !== undefined ? "connectionEnded" : "refused",
    ...wordsOf(refusal, how),
    step: last?.phase ?? facts.step,
    stepSince: wallTime(acceptedAt + (last?.at ?? 0)),
    since: acceptedAt,
    connection,
    ...(session === undefined ? {} : { session }),
    ...(proved === undefined ? {} : { user: proved.user }),
    authenticated: proved?.authenticated ?? false,
    client,
    phases: journey?.phases ?? [],
    waits: journey?.waits ?? [],
  };
}

/** A session's end. */
export function recordOfSession(given: {
  readonly facts: SessionFacts;
  /** Who was at it last. */
  readonly last: SessionFacts["attachment"];
  readonly id: string;
  readonly refusal: Refusal;
  readonly at: WallTime;
}): EndRecord {
  const { facts, last, id, refusal, at } = given;
  return {
    id,
    at,
    what: "sessionEnded",
    ...wordsOf(refusal, ""),
    step: "session",
    stepSince: facts.detachedAt ?? last?.since ?? facts.createdAt,
    since: facts.createdAt,
    session: facts.id,
    user: facts.user,
    authenticated: true,
    ...(last === undefined ? {} : { connection: last.connection, client: last.client }),
    phases: [],
    waits: [],
  };
}

function wordsOf(refusal: Refusal | undefined, how: string): Pick<EndRecord, "how" | "words" | "facts" | "reason"> {
  if (refusal === undefined) return { how, reason: 0 };
  const { code, title, explanation, culprit, remedy, helpers, errorInfo, reason } = explain(refusal);
  const { code: _, ...facts } = refusal;
  return {
    how: title,
    words: {
      code,
      title,
      explanation,
      culprit,
      cause: culpritSentence(culprit),
      remedy,
      helpers: [helpersSentence(helpers)],
      errorInfo,
    },
    facts,
    reason,
  };
}
