import { after, milliseconds, seconds, type Instant, type WallTime } from "#base/units.ts";
import type { Configuration } from "#policy/configuration/configuration.ts";
import {
  asksForGroups,
  hostSettingsOf,
  resolveSetting,
  userSettingsOf,
  type Person,
} from "#policy/configuration/resolution.ts";
import { sourceWords } from "#policy/configuration/sourceWords.ts";
import {
  decideRights,
  rightsAskForGroups,
  type Rights,
  type RightsDecision,
  type RightsQuestion,
} from "#policy/rights.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { UserSettings } from "#policy/settings.ts";
import type { TimeLimits } from "#policy/timeLimits.ts";
import type { Log } from "#system/log.ts";
import { LookupFailed, type User, type Users } from "#system/users.ts";

export interface UserPoliciesOptions {
  readonly configuration: Configuration;
  /** Where that stands, for people. */
  readonly file?: string;
  /** When the limits of time that are in force now became so. */
  readonly limitsSince: WallTime;
  readonly users: Pick<Users, "byName" | "groupsOf">;
  readonly now: () => Instant;
  readonly log: Log;
}

/**
 * What holds for each user: his settings, his limits, and whether he may come in. Groups are asked for where they
 * matter.
 */
export class UserPolicies {
  /** Told when a user's groups are known that were not, or are others. */
  learned: ((user: string) => void) | undefined;
  readonly #options: UserPoliciesOptions;
  readonly #rights: Rights;
  readonly #settingsNeedGroups: boolean;
  readonly #rightsNeedGroups: boolean;
  readonly #resolved = new Map<string, { readonly groups: readonly string[]; readonly settings: UserSettings }>();
  readonly #toBeAsked = new Set<string>();
  #asked: Promise<void> = Promise.resolve();
  readonly #known = new Map<string, { readonly groups: readonly string[]; readonly until: Instant }>();

  constructor(options: UserPoliciesOptions) {
    this.#options = options;
    this.#rights = hostSettingsOf(options.configuration);
    this.#settingsNeedGroups = asksForGroups(options.configuration);
    this.#rightsNeedGroups = rightsAskForGroups(this.#rights);
  }

  /** From what is known of his groups; undefined: nothing yet. */
  settingsOf(user: string): UserSettings | undefined {
    const groups = this.#settingsNeedGroups ? this.#known.get(user)?.groups : noGroups;
    if (groups === undefined) {
      this.#askSoon(user);
      return undefined;
    }
    // Thousands of sessions are looked at, again and again.
    const before = this.#resolved.get(user);
    if (before?.groups === groups) return before.settings;
    const settings = userSettingsOf(this.#options.configuration, { user, groups });
    if (usersKept <= this.#resolved.size) this.#resolved.clear();
    this.#resolved.set(user, { groups, settings });
    return settings;
  }

  /** As `settingsOf`. Who is not known has no limits: nobody loses a session for a directory that is silent. */
  limitsOf(user: string): TimeLimits {
    const { MaxDisconnectionTime, MaxIdleTime, MaxConnectionTime, fResetBroken } = this.settingsOf(user) ?? noLimits;
    return {
      MaxDisconnectionTime: milliseconds(MaxDisconnectionTime),
      MaxIdleTime: milliseconds(MaxIdleTime),
      MaxConnectionTime: milliseconds(MaxConnectionTime),
      fResetBroken,
      inForceSince: this.#options.limitsSince,
    };
  }

  /** Asks for his groups where his settings depend on them. Never rejects: what was known goes on counting. */
  async refresh(user: string): Promise<void> {
    if (!this.#settingsNeedGroups) return;
    const { users, log } = this.#options;
    try {
      const account = await users.byName(user);
      if (account !== undefined) await this.#groupsOf(account);
    } catch (error) {
      if (!(error instanceof LookupFailed)) throw error;
      log.warn("groupsUnknown", { user, why: error.message });
    }
  }

  /**
   * Throws LookupFailed where his groups matter and cannot be had; never at the administrator's door, for which they do
   * not.
   */
  async mayComeIn(
    account: User,
    how: Pick<RightsQuestion, "isAdministrator" | "asksForDoor">,
  ): Promise<RightsDecision> {
    const byDoor = how.isAdministrator && how.asksForDoor;
    const groups = this.#rightsNeedGroups && !byDoor ? await this.#groupsOf(account) : noGroups;
    await this.refresh(account.name);
    const decision = decideRights(this.#rights, { user: account.name, groups, ...how });
    return decision.is === "refused" ? { is: "refused", refusal: this.#withPlace(decision.refusal) } : decision;
  }

  /** Which policy has said it, and where. */
  #withPlace(refusal: Refusal): Refusal {
    const { configuration, file } = this.#options;
    if (file === undefined || (refusal.code !== "HF-SIGN-12" && refusal.code !== "HF-SIGN-13")) return refusal;
    const denied = refusal.code === "HF-SIGN-12";
    const name = denied ? "SeDenyRemoteInteractiveLogonRight" : "SeRemoteInteractiveLogonRight";
    const { source, at } = resolveSetting(configuration, name);
    return { ...refusal, from: `${sourceWords(source)}, ${file}${at === undefined ? "" : `:${at.line}`}` };
  }

  /** Whom policies see in him. Throws LookupFailed. */
  async person(account: User): Promise<Person> {
    return { user: account.name, groups: await this.#groupsOf(account) };
  }

  /** One after the other: at the start of the service nobody of thousands is known. */
  #askSoon(user: string): void {
    if (this.#toBeAsked.has(user)) return;
    this.#toBeAsked.add(user);
    this.#asked = this.#asked.then(async () => {
      await this.refresh(user);
      this.#toBeAsked.delete(user);
    });
  }

  async #groupsOf(account: User): Promise<readonly string[]> {
    const { users, now } = this.#options;
    const known = this.#known.get(account.name);
    if (known !== undefined && now() < known.until) return known.groups;
    const groups = (await users.groupsOf(account)).map(({ name }) => name);
    this.#known.delete(account.name);
    this.#known.set(account.name, { groups, until: after(now(), groupsCountFor) });
    const [oldest] = this.#known.keys();
    if (usersKept < this.#known.size && oldest !== undefined) this.#known.delete(oldest);
    if (known?.groups.join("\0") !== groups.join("\0")) this.learned?.(account.name);
    return groups;
  }
}

const noGroups: readonly string[] = [];
const noLimits = { MaxDisconnectionTime: 0, MaxIdleTime: 0, MaxConnectionTime: 0, fResetBroken: 0 };
/** One who waits for a seat asks every second. */
const groupsCountFor = seconds(10);
const usersKept = 100_000;
