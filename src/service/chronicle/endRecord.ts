import type { SessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import { wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { culpritSentence, explain, helpersSentence, type Refusal, type RefusalCode } from "#refusals/refusal.ts";

/** Who is behind a connection, as far as the service has found out by itself. */
export interface KnownUser {
  readonly user: string;
  readonly authenticated: boolean;
}

/** A connection's end, or its refusal while that stands on its screen. */
export function recordOfConnection(given: {
  readonly facts: ConnectionFacts;
  readonly id: string;
  readonly who?: KnownUser;
  /** The session that it was given; it need not have come there. */
  readonly decided?: SessionId;
  /** One sentence, where there is no refusal. */
  readonly how: string;
  readonly refusal: Refusal | undefined;
  readonly at: WallTime;
}): EndRecord {
  const { facts, id, who, decided, how, refusal, at } = given;
  const { acceptedAt, session, client, id: connection, journey } = facts;
  const last = journey?.phases.at(-1);
  const place = session ?? decided;
  const proved = facts.user === undefined ? who : { user: facts.user, authenticated: true };
  return {
    id,
    at,
    what: refusal === undefined || session !== undefined || ends.has(refusal.code) ? "connectionEnded" : "refused",
    ...wordsOf(refusal, how),
    step: last?.phase ?? facts.step,
    stepSince: wallTime(acceptedAt + (last?.at ?? 0)),
    since: acceptedAt,
    connection,
    ...(place === undefined ? {} : { session: place }),
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

/** What is said to those alone who were let in. */
const ends: ReadonlySet<RefusalCode> = new Set([
  "HF-SESS-03",
  "HF-SESS-04",
  "HF-SESS-05",
  "HF-SESS-06",
  "HF-SESS-08",
  "HF-SESS-10",
  "HF-LIMIT-01",
  "HF-LIMIT-02",
  "HF-LIMIT-03",
]);
