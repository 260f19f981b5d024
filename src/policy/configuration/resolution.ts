import {
  declarationOf,
  isSettingName,
  settingNames,
  userSettingNames,
  type HostSettings,
  type SettingName,
  type UserSettings,
} from "../settings.ts";
import type { Configuration, Given, UserPolicy } from "./configuration.ts";
import type { TextPlace } from "./tomlPlaces.ts";

/** Who asks; his groups by name, the primary one among them. */
export interface Person {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Where a value comes from, the one that counts most first. */
export type Source =
  | { readonly is: "computerPolicy"; readonly policy: string }
  | { readonly is: "userPolicy"; readonly policy: string; readonly by: Concern }
  | { readonly is: "listener" }
  | { readonly is: "userAccount"; readonly user: string }
  | { readonly is: "default" };

/** By what a user policy concerns somebody, the nearest first. */
export type Concern =
  | { readonly is: "user" }
  | { readonly is: "group"; readonly group: string }
  | { readonly is: "everybody" }
  | { readonly is: "nobody" };

export interface SourcedValue {
  readonly value: unknown;
  readonly source: Source;
  /** Absent for defaults. */
  readonly at?: TextPlace;
}

export interface IgnoredValue extends SourcedValue {
  /** A part of a sentence: "a computer policy counts before it". */
  readonly because: string;
  /** False: it is meant for others. */
  readonly concerns: boolean;
}

/** What counts for one setting, and what does not. */
export interface Resolution extends SourcedValue {
  readonly name: SettingName;
  readonly ignored: readonly IgnoredValue[];
}

/**
 * What counts: computer policy, user policy, listener, account, default, in this order. Of several user policies the
 * one that names the user counts before one that names a group of his, and that before one for everybody; among equals,
 * and among computer policies, the first of the file. `person` absent: what holds for the host itself.
 */
export function resolveSetting(configuration: Configuration, name: SettingName, person?: Person): Resolution {
  const candidates = candidatesFor(configuration, name, person);
  const winner = candidates.find(({ barred }) => barred === undefined);
  const ignored = candidates
    .filter((each) => each !== winner)
    .map(({ value, source, at, barred }) => ({
      value,
      source,
      ...(at === undefined ? {} : { at }),
      because: barred ?? outranked(source, winner?.source),
      concerns: source.is !== "userPolicy" || source.by.is !== "nobody",
    }));
  const { value, source, at } = winner ?? {
    value: declarationOf(name).fallback,
    source: { is: "default" },
    at: undefined,
  };
  return { name, value, source, ...(at === undefined ? {} : { at }), ignored };
}

/** Every setting, in the order of their declarations. */
export function resolveAll(configuration: Configuration, person?: Person): readonly Resolution[] {
  return settingNames.map((name) => resolveSetting(configuration, name, person));
}

export function hostSettingsOf(configuration: Configuration): HostSettings {
  return valuesOf(configuration, settingNames) as HostSettings;
}

/** What holds for one user. */
export function userSettingsOf(configuration: Configuration, person: Person): UserSettings {
  return valuesOf(configuration, userSettingNames, person) as UserSettings;
}

/** Whether a user's groups matter for what holds for him. */
export function asksForGroups({ userPolicies }: Configuration): boolean {
  return userPolicies.some(({ groups }) => 0 < groups.length);
}

/** The same without the policies of this name, of computers and of users; undefined: there is none. */
export function withoutPolicy(configuration: Configuration, name: string): Configuration | undefined {
  const computerPolicies = configuration.computerPolicies.filter((each) => each.name !== name);
  const userPolicies = configuration.userPolicies.filter((each) => each.name !== name);
  const left = computerPolicies.length + userPolicies.length;
  const all = configuration.computerPolicies.length + configuration.userPolicies.length;
  return left === all ? undefined : { ...configuration, computerPolicies, userPolicies };
}

interface Candidate extends SourcedValue {
  /** Why it cannot count, whatever else there is. */
  readonly barred?: string;
  readonly rank: number;
}

function candidatesFor(configuration: Configuration, name: SettingName, person?: Person): readonly Candidate[] {
  const { listener, computerPolicies, userPolicies, userAccounts } = configuration;
  const computer = computerPolicies.flatMap(({ name: policy, given }) =>
    candidate(given.get(name), { is: "computerPolicy", policy }),
  );
  if (person === undefined) return [...computer, ...candidate(listener.get(name), { is: "listener" })];
  const user = userPolicies
    .flatMap((policy): Candidate[] => {
      const by = concernOf(policy, person);
      const barred = by.is === "nobody" ? notConcerned(policy) : undefined;
      return candidate(
        policy.given.get(name),
        { is: "userPolicy", policy: policy.name, by },
        concerns.indexOf(by.is),
        barred,
      );
    })
    .toSorted((a, b) => a.rank - b.rank);
  const own = candidate(listener.get(name), { is: "listener" });
  const asked = resolveSetting(configuration, "fQueryUserConfigFromDC").value === 1;
  const account = candidate(
    userAccounts.get(person.user)?.given.get(name),
    { is: "userAccount", user: person.user },
    0,
    asked ? undefined : "fQueryUserConfigFromDC is 0: accounts are not asked, as on Windows since 2016",
  );
  return [...computer, ...user, ...(accountFirst(configuration, name) ? [...account, ...own] : [...own, ...account])];
}

function candidate(given: Given | undefined, source: Source, rank = 0, barred?: string): Candidate[] {
  if (given === undefined) return [];
  return [{ value: given.value, source, at: given.at, rank, ...(barred === undefined ? {} : { barred }) }];
}

function concernOf({ users, groups }: UserPolicy, person: Person): Concern {
  if (users.length === 0 && groups.length === 0) return { is: "everybody" };
  if (users.includes(person.user)) return { is: "user" };
  const group = groups.find((each) => person.groups.includes(each));
  return group === undefined ? { is: "nobody" } : { is: "group", group };
}

function notConcerned({ users, groups }: UserPolicy): string {
  const whom = [...users, ...groups.map((group) => `the group ${group}`)];
  const shown = whom.slice(0, shownNames).join(", ");
  return `it is for ${shown}${shownNames < whom.length ? ` and ${whom.length - shownNames} more` : ""} only`;
}

/** fInherit…, by which the listener stands back for the user's account. */
function accountFirst(configuration: Configuration, name: SettingName): boolean {
  const { inheritedBy = "" } = declarationOf(name);
  return isSettingName(inheritedBy) && resolveSetting(configuration, inheritedBy).value === 1;
}

function outranked(loser: Source, winner: Source | undefined): string {
  if (winner === undefined) return "nothing is set";
  if (loser.is !== winner.is) {
    if (winner.is === "userAccount") return "fInherit… is 1: the user's account counts before the listener";
    if (loser.is === "userAccount" && winner.is === "listener") {
      return "the listener counts before accounts, unless fInherit… is 1";
    }
    return `${kinds[winner.is]} counts before ${kinds[loser.is]}`;
  }
  if (winner.is === "userPolicy" && loser.is === "userPolicy" && winner.by.is !== loser.by.is) {
    return `“${winner.policy}” ${nearness[winner.by.is]}, this one ${nearness[loser.by.is]}`;
  }
  return "policy" in winner ? `“${winner.policy}” stands before it in the file` : "it stands before it in the file";
}

function valuesOf(configuration: Configuration, names: readonly SettingName[], person?: Person): object {
  return Object.fromEntries(names.map((name) => [name, resolveSetting(configuration, name, person).value]));
}

const concerns: readonly Concern["is"][] = ["user", "group", "everybody", "nobody"];
const nearness = {
  user: "names the user",
  group: "names a group",
  everybody: "is for everybody",
  nobody: "is for others",
} as const;
const kinds = {
  computerPolicy: "a computer policy",
  userPolicy: "a user policy",
  listener: "the listener",
  userAccount: "the user's account",
  default: "the default",
} as const;
const shownNames = 3;
