import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test(
  "a drained host refuses new users and lets others return, a disabled one refuses both, the door is always open",
  { skip },
  async () => {
    const group = `hf-test-admins-${process.pid}`;
    execFileSync("groupadd", [group]);
    try {
      await using anna = await testUser();
      await using boris = await testUser();
      await using admin = await testUser({ groups: [group] });
      await using host = await startHoldfast({ settings: `Administrators = "${group}"` });
      const comes = (user: TestUser, args: readonly string[] = []) =>
        tls({ host, user, password: user.password, args: [...args] });
      await using first = await comes(anna);
      const { id } = await host.sessionOf(anna, { attached: true });
      await first.kill9();
      await host.sessionOf(anna, { attached: false });

      assert.deepEqual(changeLogon(host, "/drain", boris), { exit: 5, lines: ["Error [5]:Access is denied."] });
      assert.deepEqual(changeLogon(host, "/drain"), { exit: 0, lines: [drained] });
      await using refused = await comes(boris);
      assert.equal(await closeRefusal(refused), 7);
      assert.match(host.log(), /code=HF-SEAT-03/u);
      await using returned = await comes(anna);
      assert.equal((await host.sessionOf(anna, { attached: true })).id, id);

      await host.startAgain();
      assert.deepEqual(changeLogon(host, "/query", boris), { exit: 0, lines: [drained] });
      assert.equal(changeLogon(host, "/disable").exit, 0);
      assert.equal(returned.exitCode, undefined);
      await returned.kill9();
      await host.sessionOf(anna, { attached: false });
      await using locked = await comes(anna);
      assert.equal(await closeRefusal(locked), 7);
      assert.match(host.log(), /code=HF-SEAT-02/u);
      await using door = await comes(admin, ["/admin"]);
      assert.equal((await host.sessionOf(admin, { attached: true })).administrative, true);
      assert.equal(door.exitCode, undefined);

      assert.equal(changeLogon(host, "/enable").exit, 0);
      await using again = await comes(boris);
      await host.sessionOf(boris, { attached: true });
      await host.admin.call("endSession", { session: (await host.sessionOf(boris)).id, how: "signOut" });
      await exitCodeOf(again);
    } finally {
      execFileSync("groupdel", [group]);
    }
  },
);

/** The exit code, and the last line that it says. */
function changeLogon(host: TestHost, order: string, { name }: { readonly name: string } = { name: "root" }) {
  const words = ["-u", name, "--", process.execPath, holdfast, "change", "logon", order, "--run", host.run];
  const { status, stdout, stderr } = spawnSync("runuser", words, { encoding: "utf8" });
  return { exit: status, lines: `${stdout}${stderr}`.trimEnd().split("\n").slice(-1) };
}

const holdfast = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
const drained = "New session logins are currently DISABLED, reconnecting to existing sessions is ENABLED";
