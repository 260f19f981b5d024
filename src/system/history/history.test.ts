import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { HistoryFailed } from "./historyDatabase.ts";
import { History, type EventRow, type RecordRow } from "./history.ts";

const day = 86_400_000;

test("what was written is found again by time, user, session, connection, number and channel", (t) => {
  const history = open(t);
  history.append([event(1, { id: 21, user: "anna", session: 2 }), event(2, { id: 131, connection: 7 })], [], 2);
  history.append([event(3, { id: 24, user: "anna", session: 2 })], [record("K7QX-2M", 3, { user: "anna" })], 3);

  const found = (query: object) => history.events({ atMost: 10, ...query });
  assert.deepEqual(found({}), ["event 1", "event 2", "event 3"]);
  assert.deepEqual(found({ atMost: 2 }), ["event 2", "event 3"]);
  assert.deepEqual(found({ since: 2, until: 2 }), ["event 2"]);
  assert.deepEqual(found({ user: "anna" }), ["event 1", "event 3"]);
  assert.deepEqual(found({ session: 2, ids: [24, 25] }), ["event 3"]);
  assert.deepEqual(found({ connection: 7 }), ["event 2"]);
  assert.deepEqual(found({ channel: "CORE" }), ["event 1", "event 2", "event 3"]);
  assert.deepEqual(found({ channel: "' OR 1=1 --" }), []);
  assert.deepEqual(history.records({ record: "K7QX-2M", atMost: 1 }), ["record K7QX-2M"]);
  assert.deepEqual(history.records({ record: "K7QX-2N", atMost: 1 }), []);
  assert.deepEqual(history.recordIds({ user: "anna", authenticated: true, atMost: 5 }), ["K7QX-2M"]);
});

test("what is too old goes, and the file never grows beyond its limit", (t) => {
  const folder = newFolder(t);
  const path = join(folder, "holdfast.db");
  const history = open(t, { path, bytesMax: 1 << 20, keptFor: day });
  const long = "x".repeat(1000);
  const now = 100 * day;
  history.append([event(0, { user: "anna", body: "old" })], [], now);
  for (let round = 0; round < 60; round++) {
    history.append(
      Array.from({ length: 50 }, () => event(now, { user: "anna", body: long })),
      [],
      now,
    );
  }
  history.append([event(now, { user: "anna", body: "new" })], [], now);

  assert.ok(statSync(path).size <= 1 << 20, `${statSync(path).size} bytes`);
  const bodies = history.events({ atMost: 100_000 });
  assert.equal(bodies.at(-1), "new");
  assert.ok(!bodies.includes("old"));
});

test("a flood of strangers does not push out what users have", (t) => {
  const history = open(t, { bytesMax: 1 << 20 });
  history.append([event(1, { user: "anna", body: "anna's" })], [record("K7QX-2M", 1, { user: "anna" })], 1);
  for (let round = 0; round < 100; round++) {
    const events = Array.from({ length: 50 }, () => event(2, { body: "y".repeat(500) }));
    history.append(events, [record("0000-00", 2, { authenticated: false, body: "z".repeat(500) })], 2);
  }

  assert.deepEqual(history.events({ user: "anna", atMost: 1 }), ["anna's"]);
  assert.deepEqual(history.records({ record: "K7QX-2M", atMost: 1 }), ["record K7QX-2M"]);
});

test("a file that is no database is put aside, and a new one begun", (t) => {
  const path = join(newFolder(t), "holdfast.db");
  writeFileSync(path, "this is no database, but a file of somebody else's".repeat(100));

  const history = open(t, { path });

  history.append([event(1, {})], [], 1);
  assert.deepEqual(history.events({ atMost: 1 }), ["event 1"]);
  assert.ok(existsSync(`${path}.broken`));
});

test("a disk that is full fails the writing, with a reason, and takes it again when there is room", (t) => {
  if (process.getuid?.() !== 0) return t.skip("mounting a small disk needs root");
  const folder = newFolder(t);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]).status !== 0) {
    return t.skip("mounting is not allowed here");
  }
  try {
    const history = new History({ path: join(folder, "holdfast.db"), bytesMax: 1 << 24, keptFor: 1e15 });
    history.append([event(1, {})], [], 1);
    spawnSync("dd", ["if=/dev/zero", `of=${folder}/filler`, "bs=1k"]);
    const many = Array.from({ length: 200 }, () => event(2, { body: "x".repeat(500) }));

    assert.throws(() => history.append(many, [], 2), HistoryFailed);
    assert.deepEqual(history.events({ atMost: 10 }), ["event 1"]);
    rmSync(join(folder, "filler"));
    history.append([event(3, {})], [], 3);
    assert.deepEqual(history.events({ atMost: 10 }), ["event 1", "event 3"]);
    history.close();
  } finally {
    spawnSync("umount", [folder]);
  }
});

test("a writer that is killed at any moment leaves whole entries", async (t) => {
  const path = join(newFolder(t), "holdfast.db");
  const script = `
    import { History } from ${JSON.stringify(new URL("history.ts", import.meta.url).href)};
    const history = new History({ path: ${JSON.stringify(path)}, bytesMax: 1 << 24, keptFor: 1e12 });
    const pair = [1, 2].map((id) => ({ at: 1, channel: "c", id, body: "whole" }));
    process.stdout.write("begun");
    for (;;) history.append(pair, [], 1);`;
  for (let times = 0; times < 3; times++) {
    const child = spawn(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module-typescript",
      "-e",
      script,
    ]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));

    const history = new History({ path, bytesMax: 1 << 24, keptFor: 1e12 });
    const bodies = history.events({ atMost: 10_000_000 });
    history.close();
    assert.ok(0 < bodies.length && bodies.length % 2 === 0, `${bodies.length} events`);
    assert.ok(bodies.every((body) => body === "whole"));
  }
});

function event(at: number, given: Partial<EventRow>): EventRow {
  return { at, channel: "Windows-RdpCoreTS/Operational", id: 1, body: `event ${at}`, ...given };
}

function record(id: string, at: number, given: Partial<RecordRow>): RecordRow {
  return { id, at, authenticated: true, body: `record ${id}`, ...given };
}

function open(t: TestContext, given: { path?: string; bytesMax?: number; keptFor?: number } = {}): History {
  const path = given.path ?? join(newFolder(t), "holdfast.db");
  return new History({ bytesMax: 1 << 24, keptFor: 1e15, ...given, path });
}

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-history-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
