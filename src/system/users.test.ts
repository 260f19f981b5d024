import assert from "node:assert/strict";
import { test } from "node:test";
import { makeRealUser, noRealUsers } from "../../test/realUser.ts";
import { systemUsers } from "./users.ts";

test("root is found by name and by id", async () => {
  const byName = await systemUsers.byName("root");

  assert.deepEqual(byName, { name: "root", uid: 0, gid: 0, fullName: "root", home: "/root", shell: byName?.shell });
  assert.deepEqual(await systemUsers.byId(0), byName);
});

test("names that nobody has are not found, whatever they look like", async () => {
  const found = [];
  for (const name of ["hf-nobody", "0", "", "--help", "-s", "root:x", "ro\0ot", "root\nroot", "../root"]) {
    found.push(await systemUsers.byName(name));
  }

  assert.deepEqual(found, Array(9).fill(undefined));
});

test("a user's groups are the primary one and the supplementary ones", { skip: noRealUsers() }, async (t) => {
  const made = makeRealUser(t, { groups: ["audio", "video"] });
  const user = await systemUsers.byName(made.name);
  assert.ok(user);

  const groups = await systemUsers.groupsOf(user);

  assert.deepEqual(groups.map((group) => group.name).toSorted(), ["audio", "video", made.name].toSorted());
  assert.equal(groups[0]?.gid, made.gid);
  assert.deepEqual(
    await Promise.all(["audio", made.name, "sudo", "hf-no-group"].map((name) => systemUsers.isMember(user, name))),
    [true, true, false, false],
  );
});
