import { milliseconds, minutes, wallTime, type Milliseconds, type WallTime } from "#base/units.ts";

/** The limits of one user; 0: never. */
export interface TimeLimits {
  readonly MaxDisconnectionTime: Milliseconds;
  readonly MaxIdleTime: Milliseconds;
  readonly MaxConnectionTime: Milliseconds;
  /** 1: the idle and the connection limit, and a broken connection, end the session instead of disconnecting it. */
  readonly fResetBroken: number;
  /** When they became what they are: they count from then on, so that no change takes a session away at once. */
  readonly inForceSince?: WallTime;
}

/** What is known of a session. */
export interface LimitedSession {
  readonly createdAt: WallTime;
  /** False while its desktop is being started: no limit holds then. */
  readonly ready: boolean;
  readonly attachment?: { readonly since: WallTime } | undefined;
  readonly detachedAt?: WallTime | undefined;
  readonly lastInputAt: WallTime;
  /** When a program in it asked last not to be taken for idle. */
  readonly inhibitedAt?: WallTime | undefined;
}

export type TimeLimit = keyof Omit<TimeLimits, "fResetBroken" | "inForceSince">;

/** What is to be done with a session because of a limit. */
export interface DueAction {
  readonly is: "disconnect" | "end";
  readonly limit: TimeLimit;
  /** The limit itself. */
  readonly allowed: Milliseconds;
}

export interface DueWarning {
  /** The session's user is told, once for this instant. */
  readonly is: "warn";
  readonly limit: TimeLimit;
  readonly allowed: Milliseconds;
  /** What will be done then. */
  readonly action: DueAction["is"];
  readonly at: WallTime;
}

/**
 * What the limits ask for now, and when to look again when nothing happens until then; undefined: never. A warning
 * comes two minutes before its limit, in the middle of limits shorter than four.
 */
export function timeLimitsOf(
  session: LimitedSession,
  limits: TimeLimits,
  now: WallTime,
): { readonly due: DueAction | DueWarning | undefined; readonly lookAgainAt: WallTime | undefined } {
  const running = session.ready ? runningLimits(session, limits) : [];
  const over = running.find(({ endsAt }) => endsAt <= now);
  if (over !== undefined) {
    return { due: { is: over.action, limit: over.limit, allowed: over.allowed }, lookAgainAt: undefined };
  }
  const warned = running.filter(({ warnsAt }) => warnsAt !== undefined && warnsAt <= now);
  const [first] = warned.toSorted((a, b) => a.endsAt - b.endsAt);
  const instants = running.flatMap(({ endsAt, warnsAt }) => [endsAt, ...(warnsAt === undefined ? [] : [warnsAt])]);
  const ahead = instants.filter((instant) => now < instant);
  return {
    due:
      first === undefined
        ? undefined
        : { is: "warn", limit: first.limit, allowed: first.allowed, action: first.action, at: first.endsAt },
    lookAgainAt: ahead.length === 0 ? undefined : wallTime(Math.min(...ahead)),
  };
}

interface RunningLimit {
  readonly limit: TimeLimit;
  readonly allowed: Milliseconds;
  readonly action: DueAction["is"];
  readonly endsAt: WallTime;
  /** undefined: nobody is there to be warned. */
  readonly warnsAt: WallTime | undefined;
}

function runningLimits(session: LimitedSession, limits: TimeLimits): readonly RunningLimit[] {
  const { attachment, detachedAt, createdAt, lastInputAt, inhibitedAt = lastInputAt } = session;
  const from = (limit: TimeLimit, since: number, action: DueAction["is"]): RunningLimit[] => {
    const allowed = limits[limit];
    if (allowed <= 0) return [];
    const endsAt = wallTime(Math.max(since, limits.inForceSince ?? since) + allowed);
    const isSeen = limit !== "MaxDisconnectionTime";
    return [
      { limit, allowed, action, endsAt, warnsAt: isSeen ? wallTime(endsAt - warningBefore(allowed)) : undefined },
    ];
  };
  // Who never came, because his client left while the desktop started, is disconnected since the beginning.
  if (attachment === undefined) return from("MaxDisconnectionTime", detachedAt ?? createdAt, "end");
  const action = limits.fResetBroken === 1 ? "end" : "disconnect";
  return [
    ...from("MaxConnectionTime", attachment.since, action),
    // The time in which nobody was there to touch anything is not idle time.
    ...from("MaxIdleTime", Math.max(lastInputAt, inhibitedAt, attachment.since), action),
  ];
}

function warningBefore(allowed: Milliseconds): Milliseconds {
  return milliseconds(Math.min(usualWarning, allowed / 2));
}

const usualWarning = minutes(2);
