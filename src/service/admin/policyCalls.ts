import type { adminContract } from "#contracts/admin.ts";
import type { ResolvedPolicy, ResolvedSetting } from "#contracts/policy.ts";
import type { Configuration } from "#policy/configuration/configuration.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import {
  hostSettingsOf,
  resolveAll,
  withoutPolicy,
  type Person,
  type Resolution,
} from "#policy/configuration/resolution.ts";
import { sourceWords } from "#policy/configuration/sourceWords.ts";
import { decideRights } from "#policy/rights.ts";
import { explain } from "#refusals/refusal.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { User, Users } from "#system/users.ts";
import { fileStanding } from "../configurationFile.ts";
import type { UserPolicies } from "../userPolicies.ts";
import { accessDenied, type Caller } from "./caller.ts";

export interface PolicyCallsParts {
  readonly policy: PolicyInForce;
  readonly userPolicies: Pick<UserPolicies, "person">;
  readonly users: Pick<Users, "byName">;
  /** Whether the door is open to him. Throws LookupFailed. */
  readonly isAdministrator: (user: User) => Promise<boolean>;
}

type Calls = Pick<Handlers<typeof adminContract>, "policy">;

/** What holds for whom, and why. */
export function policyCalls({ policyParts }: { readonly policyParts: PolicyCallsParts }, caller: Caller): Calls {
  const { policy, userPolicies, users, isAdministrator } = policyParts;
  return {
    policy: async ({ user: name, setting, without }) => {
      if (name !== undefined && !(await mayAskAbout(caller, name))) return { is: "denied", why: accessDenied };
      const configuration = without === undefined ? policy.configuration : withoutPolicy(policy.configuration, without);
      if (configuration === undefined) return { is: "noPolicy", names: policyNames(policy.configuration) };
      const account = name === undefined ? undefined : await users.byName(name);
      if (name !== undefined && account === undefined) return { is: "noUser" };
      const person = account === undefined ? undefined : await userPolicies.person(account);
      const settings = resolveAll(configuration, person)
        .filter((each) => setting === undefined || each.name === setting)
        .map(settingFacts);
      const standing = { file: policy.file, inForceSince: policy.since, ...fileStanding(policy) };
      if (account === undefined || person === undefined) return { is: "resolved", standing, settings };
      const facts = personFacts(configuration, person, await isAdministrator(account));
      return { is: "resolved", standing, person: facts, settings };
    },
  };
}

async function mayAskAbout(caller: Caller, user: string): Promise<boolean> {
  return (await caller.isAdministrator()) || (await caller.account())?.name === user;
}

function personFacts(
  configuration: Configuration,
  { user, groups }: Person,
  isAdministrator: boolean,
): NonNullable<ResolvedPolicy["person"]> {
  const rights = hostSettingsOf(configuration);
  const decide = (asksForDoor: boolean) => {
    const decision = decideRights(rights, { user, groups, isAdministrator, asksForDoor });
    if (decision.is === "allowed") return { may: true, because: `${decision.because}.` };
    const { code, explanation } = explain(decision.refusal);
    return { may: false, because: `${explanation} (${code})` };
  };
  const door = isAdministrator ? decide(true) : { may: false, because: "The door is for administrators." };
  return { user, groups: [...groups], isAdministrator, signIn: decide(false), door };
}

function settingFacts({ name, value, source, at, ignored }: Resolution): ResolvedSetting {
  return {
    name,
    value: textOf(value),
    source: sourceWords(source),
    kind: source.is,
    ...(at === undefined ? {} : { line: at.line }),
    ...(ignored.length <= ignoredTold ? {} : { ignoredMore: ignored.length - ignoredTold }),
    // What is meant for others last: of a thousand policies an answer has no room for all.
    ignored: ignored
      .toSorted((a, b) => Number(b.concerns) - Number(a.concerns))
      .slice(0, ignoredTold)
      .map((each) => ({
        value: textOf(each.value),
        source: sourceWords(each.source),
        ...(each.at === undefined ? {} : { line: each.at.line }),
        because: each.because,
        concerns: each.concerns,
      })),
  };
}

const ignoredTold = 100;

function policyNames({ computerPolicies, userPolicies }: Configuration): string[] {
  return [...new Set([...computerPolicies, ...userPolicies].map(({ name }) => name))];
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}
