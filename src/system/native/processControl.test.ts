import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { unixSocketPair } from "./unixSocket.ts";
import { peerCredentials, reap, setProcessName } from "./processControl.ts";

const own = new URL("./processControl.ts", import.meta.url).href;
const run = (script: string): string =>
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }).trim();

test("the kernel says who is at the other end of a Unix socket", () => {
  const [near, far] = unixSocketPair();
  assert.deepEqual(peerCredentials(near), {
    processId: process.pid,
    userId: process.getuid?.(),
    groupId: process.getgid?.(),
  });
  for (const descriptor of [near, far]) closeSync(descriptor);
});

test("asking about the peer of a file names the reason", () => {
  const file = openSync("/dev/null", "r");
  assert.throws(() => peerCredentials(file), { code: "ENOTSOCK", call: "getsockopt" });
  closeSync(file);
});

test("a process carries the name that it gave itself", () => {
  const before = readFileSync("/proc/self/comm", "utf8").trim();
  setProcessName("holdfast-keeper-of-17");
  assert.equal(readFileSync("/proc/self/comm", "utf8").trim(), "holdfast-keeper");
  setProcessName(before);
});

test("a process that forbids dumps is not readable by its own user", () => {
  const dumpable = run(`
    import { forbidDumps } from ${JSON.stringify(own)};
    import { execFileSync } from "node:child_process";
    import { statSync } from "node:fs";
    forbidDumps(); process.setgid?.(65534); process.setuid?.(65534);
    forbidDumps();
    console.log(statSync("/proc/" + process.pid + "/mem").uid);`);
  assert.equal(dumpable, "0");
});

test("a process that became an unprivileged user cannot go back", { skip: process.getuid?.() !== 0 }, () => {
  const seen = run(`
    import { becomeUser, forbidNewPrivileges } from ${JSON.stringify(own)};
    becomeUser({ userName: "nobody", userId: 65534, groupId: 65534 });
    forbidNewPrivileges();
    let back = "could"; try { process.setuid(0); } catch (error) { back = error.code; }
    console.log(JSON.stringify([process.getuid(), process.getgid(), process.getgroups(), back]));`);
  assert.deepEqual(JSON.parse(seen), [65534, 65534, [65534], "EPERM"]);
});

test("an orphan adopted by the process is reaped", () => {
  const seen = run(`
    import { adoptOrphans, reap } from ${JSON.stringify(own)};
    import { execFileSync } from "node:child_process";
    adoptOrphans();
    const orphan = Number(execFileSync("/bin/sh", ["-c", "sleep 0.2 >/dev/null 2>&1 & echo $!"], { encoding: "utf8" }));
    const first = reap(orphan);
    let last = first;
    while (last === "running") { await new Promise((resolve) => setTimeout(resolve, 20)); last = reap(orphan); }
    console.log(JSON.stringify([first, last, reap(orphan)]));`);
  assert.deepEqual(JSON.parse(seen), ["running", "reaped", "notOurs"]);
});

test("a process that is not a child is not waited for", () => {
  assert.equal(reap(1), "notOurs");
});
