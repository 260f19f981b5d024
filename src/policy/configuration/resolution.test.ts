import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseConfiguration, type Configuration } from "./configuration.ts";
import {
  hostSettingsOf,
  resolveAll,
  resolveSetting,
  userSettingsOf,
  withoutPolicy,
  type Person,
} from "./resolution.ts";

const anna: Person = { user: "anna", groups: ["anna", "office", "night"] };

test("computer policy, user policy, listener, account and default count in this order, and each loser is told why", () => {
  const configuration = read(`
MaxIdleTime = 3
fQueryUserConfigFromDC = 1
[ComputerPolicy.lab]
MaxIdleTime = 1
[UserPolicy.office]
Groups = ["office"]
MaxIdleTime = 2
[UserAccount.anna]
MaxIdleTime = 4
`);

  assert.deepEqual(resolveSetting(configuration, "MaxIdleTime", anna), {
    name: "MaxIdleTime",
    value: 1,
    source: { is: "computerPolicy", policy: "lab" },
    at: { line: 5, column: 1 },
    ignored: [
      {
        value: 2,
        source: { is: "userPolicy", policy: "office", by: { is: "group", group: "office" } },
        at: { line: 8, column: 1 },
        because: "a computer policy counts before a user policy",
        concerns: true,
      },
      {
        value: 3,
        source: { is: "listener" },
        at: { line: 2, column: 1 },
        because: "a computer policy counts before the listener",
        concerns: true,
      },
      {
        value: 4,
        source: { is: "userAccount", user: "anna" },
        at: { line: 10, column: 1 },
        because: "a computer policy counts before the user's account",
        concerns: true,
      },
    ],
  });
  assert.deepEqual(resolveSetting(read(""), "MaxIdleTime", anna), {
    name: "MaxIdleTime",
    value: 0,
    source: { is: "default" },
    ignored: [],
  });
});

test("a user in two groups has the limits of the policy that stands first, unless one names him", () => {
  const groups = `
[UserPolicy.night]
Groups = ["night"]
MaxIdleTime = 1
[UserPolicy.office]
Groups = ["office"]
MaxIdleTime = 2
[UserPolicy.all]
MaxIdleTime = 3
`;
  const told = (text: string) => {
    const { value, ignored } = resolveSetting(read(text), "MaxIdleTime", anna);
    return [value, ...ignored.map((each) => `${String(each.value)}: ${each.because}`)];
  };

  assert.deepEqual(told(groups), [
    1,
    "2: “night” stands before it in the file",
    "3: “night” names a group, this one is for everybody",
  ]);
  assert.deepEqual(told(`${groups}[UserPolicy.hers]\nUsers = ["anna"]\nMaxIdleTime = 4\n`), [
    4,
    "1: “hers” names the user, this one names a group",
    "2: “hers” names the user, this one names a group",
    "3: “hers” names the user, this one is for everybody",
  ]);
});

test("what is for others is told, and marked", () => {
  const { value, ignored } = resolveSetting(
    read(`[UserPolicy.x]\nUsers = ["boris"]\nGroups = ["a", "b", "c"]\nMaxIdleTime = 7\n`),
    "MaxIdleTime",
    anna,
  );

  assert.equal(value, 0);
  assert.deepEqual(
    ignored.map(({ because, concerns }) => [because, concerns]),
    [["it is for boris, the group a, the group b and 1 more only", false]],
  );
});

test("accounts are asked only with fQueryUserConfigFromDC, and before the listener only with fInherit", () => {
  const account = "[UserAccount.anna]\nMaxIdleTime = 4\n";
  const told = (text: string) => {
    const { value, ignored } = resolveSetting(read(text), "MaxIdleTime", anna);
    return [value, ...ignored.map(({ because }) => because)];
  };

  assert.deepEqual(told(account), [0, "fQueryUserConfigFromDC is 0: accounts are not asked, as on Windows since 2016"]);
  assert.deepEqual(told(`fQueryUserConfigFromDC = 1\n${account}`), [4]);
  assert.deepEqual(told(`fQueryUserConfigFromDC = 1\nMaxIdleTime = 3\n${account}`), [
    3,
    "the listener counts before accounts, unless fInherit… is 1",
  ]);
  assert.deepEqual(told(`fQueryUserConfigFromDC = 1\nfInheritMaxIdleTime = 1\nMaxIdleTime = 3\n${account}`), [
    4,
    "fInherit… is 1: the user's account counts before the listener",
  ]);
});

test("a host has the settings of its computer policies and its listener, and nothing of users", () => {
  const settings = hostSettingsOf(
    read("LogonSeconds = 60\n[ComputerPolicy.a]\nLogonSeconds = 70\n[UserPolicy.b]\nMaxIdleTime = 9"),
  );

  assert.deepEqual([settings.LogonSeconds, settings.MaxIdleTime, settings.FramesPerSecond], [70, 0, 60]);
});

test("without a policy both its halves are gone", () => {
  const configuration = read(
    "[ComputerPolicy.a]\nMaxIdleTime = 1\n[UserPolicy.a]\nfResetBroken = 1\n[UserPolicy.b]\nMaxIdleTime = 2",
  );
  const without = withoutPolicy(configuration, "a");

  assert.ok(without !== undefined);
  const { MaxIdleTime, fResetBroken } = userSettingsOf(without, anna);
  assert.deepEqual([MaxIdleTime, fResetBroken], [2, 0]);
  assert.equal(withoutPolicy(configuration, "c"), undefined);
});

test("a policy that is taken away changes nothing but what it has won", () => {
  const policy = fc.record({
    users: fc.subarray(["anna", "boris"]),
    groups: fc.subarray(["office", "sales"]),
    idle: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 6 }), fc.nat(5), (policies, taken) => {
      const configuration = read(
        policies
          .map(
            ({ users, groups, idle }, index) =>
              `[UserPolicy.p${index}]\nUsers = ${JSON.stringify(users)}\nGroups = ${JSON.stringify(groups)}\nMaxIdleTime = ${idle}\n`,
          )
          .join(""),
      );
      const before = resolveAll(configuration, anna);
      const after = resolveAll(withoutPolicy(configuration, `p${taken}`) ?? configuration, anna);
      for (const [index, { name, source, value }] of before.entries()) {
        const won = source.is === "userPolicy" && source.policy === `p${taken}`;
        assert.ok(won || after[index]?.value === value, name);
      }
      const { source, ignored } = before.find(({ name }) => name === "MaxIdleTime") ?? assert.fail();
      assert.equal(ignored.length + (source.is === "default" ? 0 : 1), policies.length, "each is told");
    }),
  );
});

function read(text: string): Configuration {
  const parsed = parseConfiguration(text);
  return parsed.is === "read" ? parsed.configuration : assert.fail(JSON.stringify(parsed.problems));
}
