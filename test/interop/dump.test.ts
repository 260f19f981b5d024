import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { connectionId } from "../../src/base/ids.ts";
import { heldWords } from "../../src/connection/refusalStand.ts";
import { refusalScreen } from "../../src/desktop/screens/refusalScreen.ts";
import type { EndRecord } from "../../src/contracts/record.ts";
import type { Dump } from "../../src/diagnostics/dump/dumpFile.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { awaitScreen } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal } from "./harness/exitCodeOf.ts";
import { awaitRecord, holdfast } from "./harness/explained.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();
const patient = { within: 60_000 };
const full = 'ServerMode = "applicationServer"\nReservedMemory = 1000000\nMaxInstanceCount = 5';

test("a refusal stays on its client's screen while a dump is taken, and ends as it would have", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: full });
  const next = dump(host, "--refused", "next", "--hold", "--wait", "600", "--json");
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  const record = await awaitRecord(host, "HF-SEAT-04");
  const connection = connectionId(record.connection ?? 1);

  const taken = dumpOf(await next);
  assert.deepEqual(
    [taken.record, taken.held, taken.about],
    [record.id, true, `the refusal ${record.id} of ${user.name}`],
  );
  assert.deepEqual(
    taken.processes.map(({ role, problems, heap }) => [role, problems, heap?.summary !== undefined]),
    [
      ["service", [], true],
      ["connection", [], true],
    ],
  );
  const waits = taken.processes[1]?.inside?.waits.map(({ what }) => what) ?? [];
  assert.ok(waits.includes("somebody to read the refusal on his screen"), waits.join());

  // A second time, by the id on the screen, while somebody else holds it too: so that it can be looked at.
  assert.deepEqual(await host.admin.call("holdRefusal", { connection, seconds: 600 }), { is: "done" });
  await awaitScreen(client, { ...screenOf(record), held: heldWords }, patient);
  await client.key("Return");
  const second = await dump(host, "--refused", record.id.toLowerCase().replace("-", ""), "--light");
  assert.equal(second.exit, 0, second.out);
  assert.match(
    second.out,
    /\nDump of the refusal [\s\S]*\n {2}Waits for somebody to read the refusal on his screen: for /u,
  );
  assert.equal(client.exitCode, undefined);
  await awaitScreen(client, { ...screenOf(record), held: heldWords }, patient);
  await host.admin.call("holdRefusal", { connection, seconds: 0 });
  await awaitScreen(client, screenOf(record), patient);
  assert.equal(await closeRefusal(client), 6);

  const late = await dump(host, "--refused", record.id);
  assert.equal(late.exit, 1);
  assert.match(late.out, /is gone \(This host has no room for one more session\).*holdfast explain/u);
  const { exit, out } = await dump(host, "--refused", "zzzz-zz");
  assert.deepEqual([exit, out.includes(`The nearest: ${record.id}.`)], [1, true], out);
  await leavesNothing(host, 2);
});

test("a core dump is taken of the programs that were named, and they go on", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: "exec sleep infinity" });
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  const { id, leaderPid, serverPid, keeperPid } = await host.sessionOf(user, { attached: true });

  const taken = dumpOf(await dump(host, "--session", String(id), "--core", "wm", "--light", "--json"));

  const roles = new Map(taken.processes.map((each) => [each.role, each]));
  assert.deepEqual(
    ["service", "keeper", "connection", "xServer", "desktop"].map((role) => roles.has(role as "service")),
    [true, true, true, true, true],
  );
  const inside = taken.processes.filter((each) => each.inside !== undefined);
  assert.deepEqual(
    inside.map(({ role }) => role),
    ["service", "keeper", "connection"],
  );
  assert.deepEqual([roles.get("keeper")?.pid, roles.get("xServer")?.pid], [keeperPid, serverPid]);
  const desktop = roles.get("desktop");
  assert.deepEqual([desktop?.pid, desktop?.program, desktop?.problems], [leaderPid, "sleep", []]);
  assert.equal(desktop?.threads[0]?.waits, "waits for a signal (pause)");
  assert.ok(desktop.core !== undefined, JSON.stringify(desktop));
  assert.ok(desktop.core.dump.threads[0]?.frames.some((frame) => frame.includes("pause")));
  assert.ok(desktop.core.dump.mappings.some(({ name }) => name.endsWith("libc.so.6")));
  assert.deepEqual(
    taken.processes.filter(({ core }) => core !== undefined).map(({ pid }) => pid),
    [leaderPid],
  );
  assert.equal(magicOf(join(folderOf(host), newestOf(host), desktop.core.file)), "\u007fELF");
  const keeper = dumpOf(await dump(host, "--process", String(keeperPid), "--json")).processes;
  assert.deepEqual(
    keeper.map(({ pid, problems, heap }) => [pid, problems, heap?.summary !== undefined]),
    [[keeperPid, [], true]],
  );
  const others = await dump(host, "--process", String(leaderPid), "--core", String(process.pid), "--light");
  assert.deepEqual([others.exit, others.out.includes("is no part of this dump")], [1, true], others.out);
  const stranger = await dump(host, "--process", String(process.pid));
  assert.deepEqual([stranger.exit, stranger.out.includes("is none of a session")], [1, true], stranger.out);
  assert.match(readFileSync(`/proc/${leaderPid}/status`, "latin1"), /^State:\tS/mu);
  assert.equal((await host.sessionOf(user, { attached: true })).id, id);
  assert.equal(client.exitCode, undefined);
  await leavesNothing(host, 2);
});

test("a disk without room is told how much there is and how much is needed, and stays as it is", { skip }, async () => {
  await using host = await startHoldfast();
  mkdirSync(folderOf(host), { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", folderOf(host)]);
  try {
    const { exit, out } = await dump(host);

    assert.equal(exit, 1, out);
    assert.match(
      out,
      /There is no room for this dump: it needs up to \d+ MB in .*dumps, and 256 MB are left to others/u,
    );
    await leavesNothing(host, 0);
  } finally {
    execFileSync("umount", [folderOf(host)]);
  }
});

function dump(host: TestHost, ...words: readonly string[]) {
  return holdfast(host, "dump", ...words, "--state", join(host.folder, "state"));
}

function dumpOf({ exit, out }: { readonly exit: number | null; readonly out: string }): Dump {
  assert.equal(exit, 0, out);
  return JSON.parse(out) as Dump;
}

/** Dumps but those that were taken, half-written ones, the lock, sockets. */
async function leavesNothing(host: TestHost, dumps: number): Promise<void> {
  const all = readdirSync(folderOf(host));
  assert.deepEqual([all.length, statSync(folderOf(host)).mode & 0o777], [dumps, 0o700], all.join());
  for (const name of all) {
    const folder = join(folderOf(host), name);
    for (const file of ["", ...readdirSync(folder)]) assert.equal(statSync(join(folder, file)).mode & 0o77, 0, file);
  }
  await eventually("no socket is left", () => !readdirSync(host.run).some((name) => name.startsWith("dump-")));
}

function folderOf(host: TestHost): string {
  return join(host.folder, "state", "dumps");
}

function newestOf(host: TestHost): string {
  return readdirSync(folderOf(host)).toSorted().at(-1) ?? "";
}

function magicOf(path: string): string {
  const bytes = Buffer.alloc(4);
  readSync(openSync(path, "r"), bytes);
  return bytes.toString("latin1");
}

function screenOf({ id, words }: EndRecord) {
  const { title = "", explanation = "", remedy = "", code = "" } = words ?? {};
  return refusalScreen({ host: hostname(), title, explanation, remedy, code, record: id });
}
