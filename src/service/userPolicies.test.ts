import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, wallTime } from "#base/units.ts";
import { parseConfiguration } from "#policy/configuration/configuration.ts";
import { silentLog } from "#system/log.ts";
import { LookupFailed, type User } from "#system/users.ts";
import { UserPolicies } from "./userPolicies.ts";

const office = `
[UserPolicy.office]
Groups = ["office"]
MaxIdleTime = 60000
`;

test("a limit of a group holds for its members, as soon as the directory has said who they are", async () => {
  const host = hosting(office, { anna: ["anna", "office"], boris: ["boris"] });
  const learned: string[] = [];
  host.policies.learned = (user) => void learned.push(user);
  const limits = () => ["anna", "boris"].map((user) => host.policies.limitsOf(user).MaxIdleTime);

  const before = limits();
  await host.settled();

  assert.deepEqual(
    [before, limits(), learned],
    [
      [0, 0],
      [60_000, 0],
      ["anna", "boris"],
    ],
  );
  assert.equal(host.policies.limitsOf("anna").inForceSince, 5);
});

test("a directory that is silent gives nobody a limit, and takes none away that is known", async () => {
  const host = hosting(office, { anna: ["office"] });
  host.isSilent = true;
  await host.policies.refresh("anna");
  const unknown = host.policies.limitsOf("anna").MaxIdleTime;
  host.isSilent = false;
  await host.policies.refresh("anna");
  host.isSilent = true;
  host.now += 60_000;
  await host.policies.refresh("anna");

  assert.deepEqual([unknown, host.policies.limitsOf("anna").MaxIdleTime], [0, 60_000]);
});

test("without groups in any policy the directory is not asked", async () => {
  const host = hosting("MaxIdleTime = 5000\nSeDenyRemoteInteractiveLogonRight = ['boris']", {});

  assert.equal(host.policies.limitsOf("anna").MaxIdleTime, 5000);
  const may = async (name: string) =>
    (await host.policies.mayComeIn(account(name), { isAdministrator: false, asksForDoor: false })).is;
  assert.deepEqual([await may("anna"), await may("boris")], ["allowed", "refused"]);
  assert.equal(host.asked, 0);
});

test("a right that names a group is not granted while the directory is silent", async () => {
  const host = hosting('SeRemoteInteractiveLogonRight = ["@office"]', { anna: ["office"] });
  const may = () => host.policies.mayComeIn(account("anna"), { isAdministrator: false, asksForDoor: false });

  assert.equal((await may()).is, "allowed");
  host.isSilent = true;
  assert.equal((await may()).is, "allowed", "what was said ten seconds ago counts");
  host.now += 60_000;
  await assert.rejects(may(), LookupFailed);
});

test("while the directory is silent the administrator's door opens, and limits of groups refuse nobody", async () => {
  const denied = hosting('SeDenyRemoteInteractiveLogonRight = ["@office"]', {});
  const limited = hosting(office, {});
  denied.isSilent = true;
  limited.isSilent = true;

  const atDoor = { isAdministrator: true, asksForDoor: true };
  assert.equal((await denied.policies.mayComeIn(account("root"), atDoor)).is, "allowed");
  const usual = { isAdministrator: false, asksForDoor: false };
  assert.equal((await limited.policies.mayComeIn(account("anna"), usual)).is, "allowed");
  await assert.rejects(denied.policies.mayComeIn(account("anna"), usual), LookupFailed);
});

function hosting(text: string, groups: Readonly<Record<string, readonly string[]>>) {
  const parsed = parseConfiguration(text);
  assert.ok(parsed.is === "read");
  const state = { now: 0, isSilent: false, asked: 0 };
  const lookUp = async <T>(answer: T): Promise<T> => {
    state.asked++;
    if (state.isSilent) throw new LookupFailed("passwd", "no answer");
    return answer;
  };
  const policies = new UserPolicies({
    configuration: parsed.configuration,
    limitsSince: wallTime(5),
    users: {
      byName: (name) => lookUp(account(name)),
      groupsOf: ({ name }) => lookUp((groups[name] ?? []).map((group, gid) => ({ name: group, gid }))),
    },
    now: () => instant(state.now),
    log: silentLog,
  });
  const settled = async () => {
    for (let count = 0; count < 50; count++) await Promise.resolve();
  };
  return Object.assign(state, { policies, settled });
}

function account(name: string): User {
  return { name, uid: 1, gid: 1, fullName: "", home: "/", shell: "/bin/sh" };
}
