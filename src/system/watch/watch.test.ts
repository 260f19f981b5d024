import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { staleDisplays } from "./displays.ts";
import { leftLogins, sessionMounts } from "./logins.ts";
import { proportionalMemoryOf, seeProcess, seeProcesses, useOf } from "./processSample.ts";
import { descriptorKinds, SessionMarks } from "./sessionMarks.ts";
import { readKeyUsers, readMemoryFiles, readSegments } from "./sharedMemory.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-watch-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("a process is seen with what it holds, and one that has ended is not", async (t) => {
  const child = spawn("sleep", ["100"], { stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  const pid = child.pid ?? 0;

  const seen = (await seeProcesses()).find((each) => each.pid === pid);
  const use = useOf(pid);

  assert.deepEqual(
    { parent: seen?.parentPid, threads: seen?.threads, zombie: seen?.zombie, same: seeProcess(pid)?.startedAt },
    { parent: process.pid, threads: 1, zombie: false, same: seen?.startedAt },
  );
  assert.ok(use !== undefined && 0 < use.descriptors && use.memory < 100, JSON.stringify(use));
  assert.ok(0 < (proportionalMemoryOf(process.pid) ?? 0));
  assert.match(descriptorKinds(process.pid) ?? "", /\d+ \w+s/u);
  assert.deepEqual([seeProcess(0x7ffffffe), useOf(0x7ffffffe)], [undefined, undefined]);
});

test("a display is stale when nobody listens at its socket, or when its lock's process has ended", async (t) => {
  const tmp = folder(t);
  const sockets = join(tmp, ".X11-unix");
  mkdirSync(sockets);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(sockets, "X7"), resolve));
  t.after(() => server.close());
  await leaveSocket(join(sockets, "X8"));
  const lock = (display: number, pid: number) => writeFileSync(join(tmp, `.X${display}-lock`), `${pid}\n`.padStart(11));
  lock(7, 0x7ffffffe);
  lock(8, process.pid);
  lock(9, 0x7ffffffe);
  writeFileSync(join(tmp, ".X10-lock"), "nonsense");
  mkdirSync(join(tmp, ".X11-lock"));

  const stale = (await staleDisplays(tmp)).map(({ path }) => path.slice(tmp.length + 1));

  assert.deepEqual(stale.toSorted(), [".X11-unix/X8", ".X9-lock"]);
});

test("a login of ours whose leader has ended is left over; others' and living ones are not", (t) => {
  const sessions = folder(t);
  const login = (name: string, service: string, leader: number) =>
    writeFileSync(join(sessions, name), `# comment\nUID=1001\nSERVICE=${service}\nLEADER=${leader}\n`);
  login("c1", "holdfast", 0x7ffffffe);
  login("c2", "holdfast", process.pid);
  login("c3", "sshd", 0x7ffffffe);

  assert.deepEqual(leftLogins("holdfast", sessions), [{ name: "c1", uid: 1001, leader: 0x7ffffffe }]);
  assert.deepEqual(leftLogins("holdfast", join(sessions, "nowhere")), []);
});

test("mounts below sessions' folders are found with their session", () => {
  const line = (path: string) => `36 35 98:0 / ${path} rw,noatime shared:1 - fuse.drive drive rw`;
  const table = ["/run/hf/sessions/4/user/my\\040drive", "/run/hf/sessions-old/5", "/home"].map(line).join("\n");

  assert.deepEqual(sessionMounts("/run/hf/sessions", table), [
    { path: "/run/hf/sessions/4/user/my drive", session: 4 },
  ]);
});

test("a process bears the mark of its own environment, or of the nearest process above it", async (t) => {
  const start = (env: NodeJS.ProcessEnv, command: string) => {
    const child = spawn("sh", ["-c", command], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    t.after(() => child.kill("SIGKILL"));
    return child;
  };
  const marked = start({ HOLDFAST_RUN: "/run/a", HOLDFAST_SESSION: "12" }, "env -i sleep 5 & echo $!; wait");
  const others = start({ HOLDFAST_RUN: "/run/b", HOLDFAST_SESSION: "12" }, "echo; exec sleep 5");
  const bare = Number(
    await new Promise<string>((resolve) => marked.stdout.once("data", (text) => resolve(String(text)))),
  );
  await new Promise((resolve) => others.stdout.once("data", resolve));
  t.after(() => process.kill(bare, "SIGKILL"));

  const marks = new SessionMarks("/run/a").read(await seeProcesses());

  assert.deepEqual(
    [marked.pid, bare, others.pid].map((pid) => marks.get(pid ?? 0)),
    [12, 12, undefined],
  );
});

test("shared memory and keys are read where the kernel shows them", () => {
  const { segments, limit } = readSegments();

  assert.ok(segments.length <= limit);
  assert.ok(readMemoryFiles().every(({ megabytes, path }) => 0 <= megabytes && path.startsWith("/dev/shm/")));
  assert.ok(readKeyUsers().every(({ keys, limit: most }) => keys <= most));
});

/** A socket's file whose process has ended without removing it. */
async function leaveSocket(path: string): Promise<void> {
  const code = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  const child = spawn(process.execPath, ["-e", code], { stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
}
