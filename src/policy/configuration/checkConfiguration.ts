import { settingNames, userSettingNames, type SettingName } from "../settings.ts";
import { parseConfiguration, type Configuration, type GivenSettings } from "./configuration.ts";
import { hostSettingsOf } from "./resolution.ts";
import type { TextPlace } from "./tomlPlaces.ts";

export interface ConfigurationFinding extends TextPlace {
  /** Errors keep a configuration from being taken up. */
  readonly level: "error" | "warning";
  readonly text: string;
}

/** A user or a group that a configuration names, to be looked up by who can. */
export interface NamedPrincipal {
  readonly name: string;
  readonly isGroup: boolean;
  readonly at: TextPlace;
}

/** What is wrong with the text of a `holdfast.toml`, what looks wrong, and whom it names. */
export function checkConfiguration(toml: string): {
  readonly findings: readonly ConfigurationFinding[];
  readonly names: readonly NamedPrincipal[];
} {
  const parsed = parseConfiguration(toml);
  if (parsed.is === "wrong") {
    return { findings: parsed.problems.map((each) => ({ level: "error", ...each })), names: [] };
  }
  const { configuration } = parsed;
  const warnings = [
    ...everySource(configuration).flatMap(({ given }) => valueWarnings(given)),
    ...accountWarnings(configuration),
    ...policyWarnings(configuration),
    ...rightWarnings(configuration),
  ];
  return { findings: warnings.map((each) => ({ level: "warning", ...each })), names: namesIn(configuration) };
}

/** A time limit in milliseconds that is so short that it was meant in minutes or seconds; in words. */
export function unitSuspicion(name: string, value: unknown): string | undefined {
  if (!timeLimits.includes(name) || typeof value !== "number" || value === 0 || minuteMs <= value) return undefined;
  const minutes = value <= dayMinutes ? `; ${value} minutes are ${value * minuteMs}` : "";
  return `${name} counts milliseconds: ${value} is less than a minute${minutes}`;
}

type Warning = TextPlace & { readonly text: string };

function valueWarnings(given: GivenSettings): readonly Warning[] {
  return [...given].flatMap(([name, { value, at }]) => {
    const text = unitSuspicion(name, value);
    return text === undefined ? [] : [{ ...at, text }];
  });
}

function accountWarnings(configuration: Configuration): readonly Warning[] {
  if (hostSettingsOf(configuration).fQueryUserConfigFromDC === 1) return [];
  return [...configuration.userAccounts.values()].map(({ name, at }) => ({
    ...at,
    text: `[UserAccount.${name}] counts for nothing while fQueryUserConfigFromDC is 0; [UserPolicy.…] with Users = ["${name}"] does`,
  }));
}

function policyWarnings({ computerPolicies, userPolicies }: Configuration): readonly Warning[] {
  const empty = [...computerPolicies, ...userPolicies]
    .filter(({ given }) => given.size === 0)
    .map(({ name, at }) => ({ ...at, text: `the policy “${name}” sets nothing` }));
  const lost = userSettingNames.flatMap((setting) => {
    const winner = computerPolicies.find(({ given }) => given.has(setting));
    if (winner === undefined) return [];
    return userPolicies.flatMap(({ given, name }) => {
      const at = given.get(setting)?.at;
      if (at === undefined) return [];
      return [{ ...at, text: `${setting} of “${name}” never counts: the computer policy “${winner.name}” gives it` }];
    });
  });
  return [...empty, ...lost];
}

function rightWarnings(configuration: Configuration): readonly Warning[] {
  const { SeRemoteInteractiveLogonRight: allowed } = hostSettingsOf(configuration);
  return everySource(configuration).flatMap(({ given }) => {
    const denied = given.get("SeDenyRemoteInteractiveLogonRight");
    const names: readonly unknown[] = Array.isArray(denied?.value) ? denied.value : [];
    const at = denied?.at;
    if (at === undefined) return [];
    if (names.includes("*")) return [{ ...at, text: "everybody is denied: only administrators come in, with /admin" }];
    return names
      .filter((name) => allowed?.some((each) => each === name) === true)
      .map((name) => ({ ...at, text: `“${String(name)}” is allowed and denied: the denial counts` }));
  });
}

function namesIn(configuration: Configuration): readonly NamedPrincipal[] {
  const ofPolicies = configuration.userPolicies.flatMap(({ users, groups, at }) => [
    ...users.map((name) => ({ name, isGroup: false, at })),
    ...groups.map((name) => ({ name, isGroup: true, at })),
  ]);
  const ofRights = everySource(configuration).flatMap(({ given }) =>
    rights.flatMap((right) => {
      const { value, at } = given.get(right) ?? { value: undefined, at: undefined };
      const list: readonly unknown[] = Array.isArray(value) ? value : [];
      return list.flatMap((each) => {
        if (typeof each !== "string" || each === "*" || at === undefined) return [];
        return [{ name: each.replace(/^@/u, ""), isGroup: each.startsWith("@"), at }];
      });
    }),
  );
  return [...ofPolicies, ...ofRights];
}

function everySource({ listener, computerPolicies, userPolicies, userAccounts }: Configuration) {
  return [{ given: listener }, ...computerPolicies, ...userPolicies, ...userAccounts.values()];
}

const rights = ["SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight"] as const satisfies SettingName[];
const timeLimits: readonly string[] = settingNames.filter((name) => /^Max.*Time$/u.test(name));
const minuteMs = 60_000;
const dayMinutes = 1440;
