import { milliseconds, type Instant, type Milliseconds } from "#base/units.ts";

/** Wrong passwords lately, by user and by address. Oldest entries go first when there are too many. */
export interface SignInFailures {
  readonly byKey: ReadonlyMap<string, Failures>;
}

interface Failures {
  readonly count: number;
  readonly last: Instant;
}

export const noFailures: SignInFailures = { byKey: new Map() };

/**
 * How long an answer to this sign-in is held back: nothing for the first wrong password of a user and of an address,
 * then 1, 2, 4 … 30 s, the longer of both. It concerns sign-ins over the network alone, so nobody can lock an
 * administrator at the host out.
 */
export function signInDelay(
  failures: SignInFailures,
  who: { user: string; address: string },
  now: Instant,
): Milliseconds {
  const count = Math.max(...keys(who).map((key) => fresh(failures.byKey.get(key), now)));
  return milliseconds(count === 0 ? 0 : Math.min(1000 * 2 ** Math.min(count - 1, 10), longest));
}

export function withFailure(
  failures: SignInFailures,
  who: { user: string; address: string },
  now: Instant,
): SignInFailures {
  const byKey = new Map(failures.byKey);
  for (const key of keys(who)) {
    const count = fresh(byKey.get(key), now) + 1;
    byKey.delete(key);
    byKey.set(key, { count, last: now });
  }
  for (const key of byKey.keys()) {
    if (byKey.size <= entriesMax) break;
    byKey.delete(key);
  }
  return { byKey };
}

/** A right password forgives the user's wrong ones, not the address'. */
export function withSuccess(failures: SignInFailures, user: string): SignInFailures {
  const byKey = new Map(failures.byKey);
  byKey.delete(userKey(user));
  return { byKey };
}

const keys = (who: { user: string; address: string }): string[] => [userKey(who.user), `address ${who.address}`];

/** Directories take a name in any case: it is the same user whom somebody guesses at. */
const userKey = (user: string): string => `user ${user.toLowerCase()}`;

function fresh(failures: Failures | undefined, now: Instant): number {
  return failures === undefined || forgottenAfter < now - failures.last ? 0 : failures.count;
}

const longest = 30_000;
const forgottenAfter = 15 * 60_000;
const entriesMax = 10_000;
