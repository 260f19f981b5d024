import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import type { LeakFinding } from "../../src/contracts/leaks.ts";
import { findingWords } from "../../src/policy/leaks/findingWords.ts";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { eventually } from "../interop/harness/eventually.ts";
import { startHoldfast, type TestHost } from "../interop/harness/holdfast.ts";
import { testUser, type TestUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { leakingPrograms } from "./leakingPrograms.ts";
import { assertNamed } from "./named.ts";

const skip = noRealUsers();

test("programs that leak in a session are named, each by what it leaks, and nothing else is", { skip }, async () => {
  await using user = await testUser();
  await using quiet = await testUser();
  await using after = new AsyncDisposableStack();
  // They outlive the programs that made them.
  after.defer(() => segmentsOf(user).forEach((segment) => execFileSync("ipcrm", ["-m", segment])));
  await using host = await startHoldfast({
    settings: "LeakSampleSeconds = 1",
    desktop: `if [ "$USER" = ${user.name} ]; then\n${leakingPrograms("$HOME")}\nfi\nexec sleep infinity`,
  });
  const { id } = await signedIn(host, user);
  await signedIn(host, quiet);
  const planted = [
    "memory leakMemory",
    "descriptors leakFiles",
    "processes session",
    "segments session",
    "sharedMemory session",
    "pixmaps leakPixmaps",
  ];

  let findings: readonly LeakFinding[] = [];
  const named = () =>
    findings.flatMap((each) =>
      each.is === "growth" ? [`${each.resource} ${each.process?.program ?? each.owner.is}`] : [],
    );
  const isNamed = () => planted.every((each) => named().includes(each));
  await eventually(
    "everything that was planted is named",
    async () => {
      ({ findings } = await host.admin.call("leaks", {}));
      return isNamed();
    },
    { within: 150_000 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(findings)}\n${host.log()}`);
  });
  const right = named().filter((each) => planted.includes(each)).length;
  console.log(`precision ${(right / named().length).toFixed(2)}, recall ${(right / planted.length).toFixed(2)}`);
  for (const finding of findings) console.log(`${findingWords(finding).owner}: ${findingWords(finding).sentence}`);

  assert.deepEqual(named().toSorted(), planted.toSorted());
  const owners = findings
    .filter(({ is }) => is === "growth")
    .map(({ owner }) => ("session" in owner ? owner.session : 0));
  assert.deepEqual(new Set(owners), new Set([id]));
  const answer = holdfast(host, "leaks");
  assertNamed("leakingPrograms", { leaks: answer });
  assert.match(answer, /leakMemory[^]*kill \d+\. The session goes on\./u);
  assert.match(answer, /of \d+ are sleep/u);
  assert.match(host.log(), / leakFound .*leakMemory/u);
});

test(
  "an orphaned X server and a stale lock are named and cleaned; live sessions keep every process",
  { skip },
  async () => {
    await using anna = await testUser();
    await using boris = await testUser();
    const tricky = [
      // A daemon that leaves its terminal and its parent, as tmux does.
      "setsid sh -c 'sleep 601 & exit' </dev/null >/dev/null 2>&1",
      "(setsid sleep 602 &)",
      "env -i sleep 603 &",
    ].join("\n");
    await using host = await startHoldfast({
      settings: "LeakSampleSeconds = 1",
      desktop: `${tricky}\nexec sleep infinity`,
    });
    const live = await signedIn(host, anna);
    const lost = await signedIn(host, boris);
    await using planted = new AsyncDisposableStack();
    planted.defer(() => endAll(processesOfUser(boris)));
    // Somebody else's, of the same name, that has nothing to do with any session.
    const stranger = spawn("setpriv", [`--reuid=${boris.uid}`, "--clear-groups", "sleep", "604"], {
      env: {},
      stdio: "ignore",
    });
    planted.defer(() => void stranger.kill("SIGKILL"));
    const lock = plantLock();
    planted.defer(() => rmSync(lock, { force: true }));
    const before = processesOfUser(anna);

    // The session is lost to everybody: its folder is removed, and its keeper killed.
    rmSync(join(host.run, "sessions", String(lost.id)), { recursive: true });
    process.kill(lost.keeperPid, "SIGKILL");
    await eventually("the service has forgotten it", async () => (await host.sessions()).length === 1);
    const found = await orphansOf(host, boris, lock);
    assertNamed("orphans", { leaks: holdfast(host, "leaks") });
    const cleaned = await host.admin.call("cleanLeaks", { ids: found.map(({ id }) => id) });

    const things = found.map(({ thing }) => thing);
    assert.ok(
      things.includes("xServer") && things.includes("process") && things.includes("displayLock"),
      things.join(),
    );
    assert.ok(cleaned.is === "cleaned" && cleaned.results.every(({ removed }) => removed), JSON.stringify(cleaned));
    assert.deepEqual(processesOfUser(boris), [stranger.pid]);
    assert.equal(existsSync(`/tmp/.X11-unix/X${lost.display}`), false);
    assert.equal(existsSync(lock), false);
    assert.deepEqual(processesOfUser(anna), before);
    assert.equal(before.length, 6, before.join());
    assert.deepEqual(await orphansOf(host, boris, lock), []);
    const [session] = await host.sessions();
    assert.equal(session?.keeperPid, live.keeperPid);
  },
);

/** Signs in, and leaves the session to itself. */
async function signedIn(host: TestHost, user: TestUser) {
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  await host.sessionOf(user, { attached: true });
  await client.kill9();
  return host.sessionOf(user, { attached: false });
}

/** Those of this user and of this path: others may test on this host. */
async function orphansOf(host: TestHost, { name }: TestUser, path: string) {
  const { findings } = await host.admin.call("leaks", {});
  return findings
    .filter((each) => each.is === "orphan")
    .filter((each) => each.name === path || ("user" in each.owner && each.owner.user === name));
}

/** Of a display that nobody uses, by a process that has ended. */
function plantLock(): string {
  const path = `/tmp/.X${30_000 + (process.pid % 20_000)}-lock`;
  const { pid } = spawn("true");
  writeFileSync(path, `${String(pid).padStart(10)}\n`);
  return path;
}

function processesOfUser({ uid }: TestUser): readonly number[] {
  const text = execFileSync("ps", ["-eo", "pid=,uid=,stat="], { encoding: "utf8" });
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u));
  return lines.flatMap(([pid, owner, state]) =>
    Number(owner) === uid && !state?.startsWith("Z") ? [Number(pid)] : [],
  );
}

function endAll(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

function segmentsOf({ name }: TestUser): readonly string[] {
  return execFileSync("ipcs", ["-m"], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => (line.includes(` ${name.slice(0, 10)}`) ? [line.split(/\s+/u)[1] ?? ""] : []));
}

/** What the command says, as an administrator sees it. */
function holdfast(host: TestHost, ...words: readonly string[]): string {
  const command = ["--disable-warning=ExperimentalWarning", "src/bin/holdfast.ts", ...words];
  const { HOLDFAST_RUN: _, ...env } = process.env;
  try {
    return execFileSync(process.execPath, command, { env: { ...env, HOLDFAST_RUN: host.run }, encoding: "utf8" });
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}
