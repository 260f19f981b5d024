import { wallTime, type WallTime } from "#base/units.ts";

/** A licence that a user, or a device, holds. */
export interface Licence {
  /** The user's name, or the device's. */
  readonly holder: string;
  /** A device's first is `temporary`, as on Windows; a user's is `permanent` at once. */
  readonly kind: "temporary" | "permanent";
  readonly issuedAt: WallTime;
  readonly expiresAt: WallTime;
  readonly lastUsedAt: WallTime;
}

export interface LicenceLedger {
  /** When the grace period began: with the first who came. Absent: nobody has come. */
  readonly graceSince?: WallTime | undefined;
  readonly licences: readonly Licence[];
  /** For whom none was left when they came last, the newest last: the last 1000, of the last 60 days. */
  readonly uncovered: readonly { readonly holder: string; readonly lastAt: WallTime }[];
}

export const noLicences: LicenceLedger = { licences: [], uncovered: [] };

export interface LicenceRules {
  readonly per: "user" | "device";
  /** How many there are. */
  readonly count: number;
  /** Whether those for whom none is left are refused, once the grace period is over. */
  readonly refuses: boolean;
}

export interface LicenceOutcome {
  readonly ledger: LicenceLedger;
  /** `over`: none was left, and he came in all the same. */
  readonly is: "covered" | "grace" | "over" | "refused";
}

/**
 * Gives whoever comes a licence, or renews his. `chance` (0 to 1) spreads the renewals of devices.
 *
 * The terms are those of Windows' licence servers: rds-licensing "per device": temporary for 90 days, then permanent
 * for 52 to 89 days, renewed in its last 7; "per user": 60 days. 120 days of grace.
 */
export function useLicence(
  ledger: LicenceLedger,
  { holder, now, chance }: { readonly holder: string; readonly now: WallTime; readonly chance: number },
  rules: LicenceRules,
): LicenceOutcome {
  const graceSince = ledger.graceSince ?? now;
  const held = ledger.licences.find((each) => each.holder === holder && now < each.expiresAt);
  const others = ledger.licences.filter((each) => each !== held && now < each.expiresAt);
  const uncovered = ledger.uncovered.filter((each) => each.holder !== holder && now - each.lastAt < reportDays * day);
  const outcome = (is: LicenceOutcome["is"], own?: Licence): LicenceOutcome => ({
    is,
    ledger:
      own === undefined
        ? { graceSince, licences: others, uncovered: [...uncovered, { holder, lastAt: now }].slice(-uncoveredMax) }
        : { graceSince, licences: [...others, own], uncovered },
  });
  if (held !== undefined) return outcome("covered", renewed({ ...held, lastUsedAt: now }, { now, chance }, rules));
  if (others.length < rules.count) return outcome("covered", firstLicence(holder, now, rules));
  if (now < graceSince + graceDays * day) return outcome("grace");
  return outcome(rules.refuses ? "refused" : "over");
}

/** Whole days left; 0: over. */
export function graceDaysLeft({ graceSince }: LicenceLedger, now: WallTime): number {
  return graceSince === undefined ? graceDays : Math.max(0, Math.ceil((graceSince + graceDays * day - now) / day));
}

function firstLicence(holder: string, now: WallTime, { per }: LicenceRules): Licence {
  const [kind, days] = per === "device" ? (["temporary", temporaryDays] as const) : (["permanent", userDays] as const);
  return { holder, kind, issuedAt: now, expiresAt: wallTime(now + days * day), lastUsedAt: now };
}

function renewed(
  held: Licence,
  { now, chance }: { readonly now: WallTime; readonly chance: number },
  { per }: LicenceRules,
): Licence {
  if (per === "user") return { ...held, expiresAt: wallTime(now + userDays * day) };
  const isDue = held.kind === "temporary" || held.expiresAt - now <= renewalDays * day;
  if (!isDue) return held;
  const days = deviceDays.from + Math.floor(chance * (deviceDays.to - deviceDays.from + 1));
  return { ...held, kind: "permanent", issuedAt: now, expiresAt: wallTime(now + days * day) };
}

const day = 86_400_000;
const graceDays = 120;
const temporaryDays = 90;
const userDays = 60;
const deviceDays = { from: 52, to: 89 };
const renewalDays = 7;
const reportDays = 60;
const uncoveredMax = 1000;
