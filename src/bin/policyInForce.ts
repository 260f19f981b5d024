import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { number, object, ShapeError, text } from "#base/shape/shape.ts";
import { wallTime, type WallTime } from "#base/units.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import { userSettingNames } from "#policy/settings.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import type { Folders } from "#system/folders.ts";
import type { Log } from "#system/log.ts";
import { configurationOf, readConfiguration } from "#service/configurationFile.ts";

export type TakenPolicy =
  /** `problems`: of the file, in whose place the last one that was right counts. */
  | { readonly is: "taken"; readonly policy: PolicyInForce; readonly problems: readonly string[] }
  | { readonly is: "wrong"; readonly problems: readonly string[] };

/**
 * Takes up what `holdfast.toml` says, and keeps a copy in the state folder. Where the file is broken the copy goes on
 * counting: a slip in an editor and a crash must not leave everybody without a service.
 */
export function takePolicy(folders: Folders, options: { readonly now: WallTime; readonly log: Log }): TakenPolicy {
  const { now, log } = options;
  const file = folders.config;
  const path = join(folders.state, copyName);
  const kept = readCopy(path, log);
  const read = readConfiguration(file);
  if (read.is === "wrong") {
    const old = kept === undefined ? undefined : configurationOf(file, kept.text);
    if (kept === undefined || old?.is !== "read") return read;
    log.error("configurationBroken", {
      why: read.problems.join("; "),
      inForceSince: new Date(kept.since).toISOString(),
    });
    const policy = { file, ...kept, configuration: old.configuration };
    return { is: "taken", policy, problems: read.problems };
  }
  const isSame = kept?.text === read.text;
  const limits = JSON.stringify(limitsIn(read.configuration));
  const before = kept === undefined ? undefined : configurationOf(file, kept.text);
  const sameLimits = before?.is === "read" && limits === JSON.stringify(limitsIn(before.configuration));
  const policy: PolicyInForce = {
    file,
    text: read.text,
    configuration: read.configuration,
    since: isSame ? kept.since : now,
    limitsSince: kept !== undefined && sameLimits ? kept.limitsSince : now,
  };
  if (!isSame) keepCopy(path, policy, log);
  return { is: "taken", policy, problems: [] };
}

function readCopy(path: string, log: Log) {
  if (!existsSync(path)) return undefined;
  try {
    const { since, limitsSince, ...copy } = copyShape.parse(JSON.parse(readFileSync(path, "utf8")));
    return { ...copy, since: wallTime(since), limitsSince: wallTime(limitsSince) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
    log.error("policyCopyUnreadable", { path, why: error.message });
    return undefined;
  }
}

/** A full disk keeps nobody out: the policy counts all the same. */
function keepCopy(path: string, { text: toml, since, limitsSince }: PolicyInForce, log: Log): void {
  try {
    writeFileAtomically(path, JSON.stringify({ text: toml, since, limitsSince }), 0o600);
  } catch (error) {
    log.error("policyCopyNotKept", { path, why: String(error) });
  }
}

/** All that may change somebody's limits of time. */
function limitsIn({ listener, computerPolicies, userPolicies, userAccounts }: PolicyInForce["configuration"]) {
  const names = [...userSettingNames, ...otherNames];
  const values = (given: PolicyInForce["configuration"]["listener"]) =>
    names.map((name) => given.get(name)?.value ?? null);
  return [
    values(listener),
    computerPolicies.map(({ given }) => values(given)),
    userPolicies.map(({ users, groups, given }) => [users, groups, values(given)]),
    Array.from(userAccounts, ([user, { given }]) => [user, values(given)]),
  ];
}

const copyName = "policy-in-force.json";
const copyShape = object({ text, since: number, limitsSince: number });
const otherNames = [
  "fQueryUserConfigFromDC",
  "fInheritMaxDisconnectionTime",
  "fInheritMaxIdleTime",
  "fInheritMaxSessionTime",
  "fInheritResetBroken",
] as const;
