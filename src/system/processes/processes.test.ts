import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { milliseconds } from "#base/units.ts";
import { noRealUsers, makeRealUser } from "../../../test/realUser.ts";
import { endProcesses } from "./endProcesses.ts";
import { descendantsOf, environmentOf, imageOf, readProcess, userIdOf } from "./processList.ts";
import { sessionOfProcess } from "./sessionMarker.ts";
import { makeControlGroups, removeControlGroups } from "../budget/controlGroups.ts";
import { startProgram } from "./startProgram.ts";

const exited = (child: { once(event: "exit", listener: () => void): unknown }) =>
  new Promise<void>((resolve) => child.once("exit", resolve));

test("a process is seen with its parent, its program and its environment", async () => {
  const child = spawn("/bin/sleep", ["1000"], { env: { HOLDFAST_SESSION: "17", EMPTY: "" } });
  await new Promise((resolve) => child.once("spawn", resolve));
  const pid = child.pid ?? 0;
  const entry = readProcess(pid);
  assert.ok(entry);

  assert.deepEqual(
    [entry.parentPid, imageOf(entry), userIdOf(pid), environmentOf(pid), sessionOfProcess(pid)],
    [process.pid, "sleep", process.getuid?.(), { HOLDFAST_SESSION: "17", EMPTY: "" }, 17],
  );
  assert.ok(descendantsOf(process.pid).some((each) => each.pid === pid));
  child.kill("SIGKILL");
  await exited(child);
  assert.deepEqual([readProcess(pid), environmentOf(pid)], [undefined, undefined]);
});

test("processes are asked to end, then ended", async () => {
  const polite = spawn("/bin/sleep", ["1000"]);
  const deaf = spawn("/bin/sh", ["-c", 'trap "" TERM; echo; while :; do sleep 0.05; done'], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => deaf.stdout.once("data", resolve));
  const ends = Promise.all([exited(polite), exited(deaf)]);

  const left = await endProcesses(
    () => descendantsOf(process.pid).filter((each) => [polite.pid, deaf.pid].includes(each.pid)),
    { grace: milliseconds(200) },
  );
  await ends;

  assert.deepEqual([left, polite.signalCode, deaf.signalCode], [[], "SIGTERM", "SIGKILL"]);
});

test("a program that is not there cannot be started", async () => {
  const program = { environment: {}, folder: "/", stdio: "ignore" } as const;

  await assert.rejects(startProgram({ ...program, command: ["/nonexistent"] }), { code: "ENOENT" });
});

test("a program of another user has his groups and none of ours", { skip: noRealUsers() }, async (t) => {
  const user = makeRealUser(t, { groups: ["audio"] });
  const child = await startProgram({
    command: ["/usr/bin/id", "-Gn"],
    as: { uid: user.uid, gid: user.gid, groups: "ofTheUser" },
    environment: {},
    folder: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  await new Promise((resolve) => child.once("close", resolve));

  assert.deepEqual(said.trim().split(" ").toSorted(), ["audio", user.name].toSorted());
});

test(
  "a program is confined before it is its user's, and what cannot be entered is no harm",
  { skip: noRealUsers() },
  async (t) => {
    const user = makeRealUser(t);
    const groups = makeControlGroups(`holdfast-test-${process.pid}`);
    t.after(() => removeControlGroups(groups));
    const folders = groups.map(({ folder }) => folder);
    const child = await startProgram({
      command: ["/bin/cat", "/proc/self/cgroup", "/proc/self/oom_score_adj", "/proc/self/limits", "/proc/self/cmdline"],
      as: {
        uid: user.uid,
        gid: user.gid,
        groups: "ofTheUser",
        confinement: { groups: [...folders, "/nonexistent"], oomScore: 300, processesPerUser: 4321 },
      },
      environment: {},
      folder: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (bytes: Buffer) => (said += bytes.toString()));
    await new Promise((resolve) => child.once("close", resolve));

    assert.match(said, /^300$/mu);
    assert.match(said, /^Max processes +4321 +4321 /mu);
    assert.match(said, /\/bin\/cat\0\/proc\/self\/cgroup\0/u);
    assert.equal(said.split(`holdfast-test-${process.pid}`).length - 1, new Set(folders).size);
    assert.doesNotMatch(said, /nonexistent/u);
  },
);

test("an alarm ends a process that waits in foreign code", () => {
  const script = `const { setAlarm } = await import(${JSON.stringify(new URL("../native/alarm.ts", import.meta.url).href)});
    setAlarm(1); for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100000);`;

  const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 10_000 });

  assert.equal(signal, "SIGALRM");
});
