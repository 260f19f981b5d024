import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { makeControlGroups, removeControlGroups } from "../../src/system/budget/controlGroups.ts";
import { readHostRoom } from "../../src/system/hostRoom.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers() || noGroups();

test("when users have used up memory and processes, the administrator's door opens", { skip }, async () => {
  const groups: string[] = [];
  await using user = await testUser();
  await using administrator = await testUser();
  {
    const { memoryLeftMB, processesLeft } = readHostRoom("/run");
    // What is left to users is little, as on a small host.
    const reserve = `ReservedMemory = ${memoryLeftMB - 1200}\nReservedProcesses = ${processesLeft - 900}`;
    await using host = await startHoldfast({
      settings: `${reserve}\nAdministrators = "${administrator.name}"`,
      desktop: exhausting,
    });
    await using greedy = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const users = await host.sessionOf(user, { attached: true });
    writeFileSync(join(user.home, "go"), "");
    const wrote = (name: string) =>
      existsSync(join(user.home, name)) ? readFileSync(join(user.home, name), "utf8") : "";
    await eventually("no process can be started any more", () => /fork/u.test(wrote("full")));
    await eventually("what takes all memory is ended", () => wrote("ended").includes("137"));

    await using door = await startXfreerdp({
      host,
      user: administrator,
      password: administrator.password,
      args: ["/sec:tls", "/admin"],
    });
    const admins = await host.sessionOf(administrator, { attached: true });

    const groupsOf = (pid: number) =>
      readFileSync(`/proc/${pid}/cgroup`, "utf8").match(/holdfast-[0-9a-f]{12}/gu) ?? [];
    groups.push(...groupsOf(users.leaderPid));
    assert.equal(groups.length, 2);
    assert.deepEqual([groupsOf(admins.leaderPid), groupsOf(admins.serverPid), groupsOf(users.keeperPid)], [[], [], []]);
    const scores = [host.servicePid, users.keeperPid, users.serverPid, users.leaderPid, admins.leaderPid].map((pid) =>
      Number(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8")),
    );
    assert.deepEqual(scores, [kept, kept, 300, 300, 0]);
    const status = execFileSync(process.execPath, [holdfast, "status", "--run", host.run], { encoding: "utf8" });
    assert.match(
      status,
      /Reserved +\d+ MB and \d+ processes for \/admin; other sessions have \d+ MB in all and have \d+/u,
    );
    assert.deepEqual([greedy.exitCode, door.exitCode], [undefined, undefined]);
  }
  const left = ["memory", "pids"]
    .map((each) => `/sys/fs/cgroup/${each}/${groups[0]}`)
    .filter((each) => existsSync(each));
  assert.deepEqual(left, []);
});

/** The service and the keepers, where the host lets root say so (CAP_SYS_RESOURCE); in a container it may not. */
const kept =
  (BigInt(`0x${/^CapEff:\t(\w+)/mu.exec(readFileSync("/proc/self/status", "utf8"))?.[1]}`) >> 24n) & 1n ? -900 : 0;

/** Uses up memory and processes, once it is told to. */
const exhausting = `
while [ ! -e "$HOME/go" ]; do sleep 0.2; done
(while :; do nice tail /dev/zero; echo "$?" >>"$HOME/ended"; done) 2>/dev/null &
(while :; do sleep 600 & done) 2>"$HOME/full"
exec sleep infinity`;

function noGroups(): string | false {
  if (process.getuid?.() !== 0) return "it needs root";
  const groups = makeControlGroups("holdfast-test-try");
  removeControlGroups(groups);
  return groups.length === 2 ? false : "this host lets nobody make control groups for memory and processes";
}

const holdfast = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
