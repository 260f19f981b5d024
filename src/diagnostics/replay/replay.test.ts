import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { ReplayOrder } from "#contracts/orders.ts";
import { encodeTraceFile } from "#base/trace/traceFile.ts";
import type { TraceRecord } from "#base/trace/traceRecord.ts";
import { newPixels } from "#base/pixels.ts";
import { fastPathGraphics } from "#protocol/share/output/fastPathUpdate.ts";
import { recordedMeeting, recordedAt } from "../../../test/recordedMeeting.ts";
import { pngOf } from "../client/png.ts";
import { replay } from "./replay.ts";

test("a trace is told message by message, and its client is answered as it was", async (t) => {
  const { exit, out } = await play(recordsFile(t, recordedMeeting()));

  assert.equal(exit, 0);
  assert.match(out, /^connection 12 \(records\/connection-12\.hftrace, \d+ records\)\n/u);
  assert.match(out, /\+ +0\.000000 {2}→ {2}ConnectionRequest {2}routing \{is cookie, user anna\}/u);
  assert.match(out, /→ {2}ClientInfo {2}.*userName anna, password ‹removed›/u);
  assert.match(out, / {2}= run again: \d+ messages of the client are answered as they were then \(\d+ answers\)\n$/u);
});

test("clients with NLA and old ones without TLS are answered as they were too", async (t) => {
  for (const options of [{ nlaOffered: true }, { client: { autoLogon: false, password: "" } }]) {
    const { exit, out } = await play(recordsFile(t, recordedMeeting(options)));
    assert.equal(exit, 0, out);
  }
});

test("an answer that is another one today is shown, with the message and the step", async (t) => {
  const records = recordedMeeting();
  const last = records.findLastIndex(({ what }) => what.is === "message" && what.direction === "sent");
  const { exit, out } = await play(recordsFile(t, records.toSpliced(last, 1)));

  assert.equal(exit, 1);
  assert.match(
    out,
    /! run again, it differs at .*, at finalizing, in answer to FontList\n {6}then {3}nothing\n {6}today {2}FontMap\n/u,
  );
});

test("a connection that went another way is shown", async (t) => {
  const changed = recordedMeeting().map((record, index) =>
    index === 2 && record.what.is === "message" ? { ...record, what: { ...record.what, step: "awaitingNla" } } : record,
  );
  const { exit, out } = await play(recordsFile(t, changed));

  assert.equal(exit, 1);
  assert.match(out, /stood at awaitingNla before it/u);
});

test("a trace that begins in the middle is told, and not run again", async (t) => {
  const { exit, out } = await play(recordsFile(t, recordedMeeting().slice(4)));

  assert.equal(exit, 0);
  assert.match(out, / {2}- not run again: its record begins in the middle of the connection\n$/u);
});

test("an archive, a folder and a file of records are the same trace", async (t) => {
  const records = encodeTraceFile(recordedMeeting());
  const folder = temporary(t);
  const unpacked = join(folder, "trace-1");
  mkdirSync(join(unpacked, "records"), { recursive: true });
  writeFileSync(join(unpacked, "manifest.json"), "{}\n");
  const file = join(unpacked, "records", "connection-12.hftrace");
  writeFileSync(file, records);
  const archive = join(folder, "trace-1.tar.gz");
  assert.equal(spawnSync("tar", ["-czf", archive, "-C", folder, "trace-1"]).status, 0);
  const played = await Promise.all([archive, unpacked, file].map((path) => play(path)));

  assert.equal(played[0]?.exit, 0);
  assert.deepEqual(played[0], played[1]);
  assert.deepEqual(played[1], played[2]);
  assert.equal(rmTail(archive, 400), true);
  assert.match((await play(archive)).error, /is cut or damaged/u);
});

test("what is no trace, is of another version or is not there is refused with its reason", async (t) => {
  const folder = temporary(t);
  const other = encodeTraceFile(recordedMeeting());
  other[8] = 7;
  const files = {
    "a.hftrace": other,
    "b.txt": new TextEncoder().encode("hello"),
    "c.tar.gz": Uint8Array.of(0x1f, 0x8b),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const said = async (name: string) => play(join(folder, name));

  assert.match((await said("a.hftrace")).error, /of version 7, and version 1 is what this Holdfast reads/u);
  assert.match((await said("b.txt")).error, /is no trace of Holdfast/u);
  assert.match((await said("c.tar.gz")).error, /cut or damaged/u);
  assert.match((await said("d")).error, /cannot be read: ENOENT/u);
  assert.match((await play(temporary(t))).error, /there are no records/u);
  assert.equal((await said("a.hftrace")).exit, 1);
});

test("a file that is cut is played as far as it goes, and says where it ends", async (t) => {
  const file = recordsFile(t, recordedMeeting());
  rmTail(file, 10);
  const { exit, out } = await play(file);

  assert.equal(exit, 1);
  assert.match(out, /! it is cut in the record that begins at byte \d+\n/u);
  assert.match(out, /→ {2}ConnectionRequest/u);
});

test("a part of the time and one connection can be chosen", async (t) => {
  const file = recordsFile(t, recordedMeeting());
  const { out } = await play(file, { from: 0.001, to: 0.002 });
  const other = await play(file, { connection: 4 });

  assert.deepEqual(
    out
      .split("\n")
      .filter((line) => /[→←]/u.test(line))
      .map((line) => / \+ +(\S+) /u.exec(line)?.[1]),
    ["0.001000", "0.002000"],
  );
  assert.deepEqual(other, { exit: 1, out: "", error: `There is no connection 4 in ${file}: it has 12.\n` });
});

test("records are printed at their own pace, or faster", async (t) => {
  const [first, second] = recordedMeeting();
  const file = recordsFile(t, [first!, { ...second!, at: recordedAt + 1_000_000 }]);
  const start = performance.now();
  await play(file, { speed: 5 });

  assert.ok(190 <= performance.now() - start);
});

test("--json tells the same for programs", async (t) => {
  const result = await play(recordsFile(t, recordedMeeting()), { json: true });
  const { streams, start } = JSON.parse(result.out);

  assert.equal(start, new Date(recordedAt / 1000).toISOString());
  assert.equal(streams[0].again.is, "same");
  assert.deepEqual(Object.keys(streams[0].records[0]).sort(), [
    "arrow",
    "at",
    "bytes",
    "fields",
    "name",
    "offset",
    "step",
    "text",
  ]);
});

test("what the client saw becomes pictures", async (t) => {
  const pixels = newPixels({ width: 4, height: 2 });
  pixels.data.fill(0xff);
  const bitmap = {
    destination: { x: 0, y: 0, width: 4, height: 2 },
    width: 4,
    height: 2,
    bitsPerPixel: 32,
    packing: { is: "raw" },
    data: pixels.data,
  } as const;
  const update = fastPathGraphics({ is: "bitmaps", bitmaps: [bitmap] }, { updateBytesMax: 0 });
  const file = recordsFile(t, recordedMeeting({}, [update]));
  const folder = join(temporary(t), "seen");
  const { exit, out } = await play(file, { pictures: folder });
  const [picture, ...others] = readdirSync(folder);

  assert.equal(exit, 0, out);
  assert.deepEqual(others, []);
  assert.match(picture ?? "", /^c12-0001-0000000\.\d{6}\.png$/u);
  const desktop = newPixels({ width: 1024, height: 768 });
  for (let y = 0; y < 2; y++) desktop.data.fill(0xff, y * desktop.stride, y * desktop.stride + 16);
  assert.deepEqual(readFileSync(join(folder, picture ?? "")), pngOf(desktop));
});

test("the page to look at is made of a trace", async (t) => {
  const report = join(temporary(t), "report.html");
  const done = await play(recordsFile(t, recordedMeeting()), { report });

  assert.deepEqual(done, { exit: 0, out: "", error: "" });
  assert.match(readFileSync(report, "utf8"), /<h2>Connection 12<\/h2>/u);
  const nowhere = await play(recordsFile(t, recordedMeeting()), { report: join(report, "below") });
  assert.match(nowhere.error, /^The report cannot be written: /u);
});

test("pictures of a trace without them are refused with the reason", async (t) => {
  const records = recordedMeeting().map((record, index, all) => cut(record, index === all.length - 1));
  const { exit, out } = await play(recordsFile(t, records), { pictures: join(temporary(t), "seen") });

  assert.equal(exit, 1);
  assert.match(out, /no pictures: it was taken without pictures/u);
});

function cut(record: TraceRecord, isIt: boolean): TraceRecord {
  const { what } = record;
  return isIt && what.is === "message" ? { ...record, what: { ...what, length: what.length + 2000 } } : record;
}

async function play(file: string, options: Partial<ReplayOrder> = {}) {
  let printed = "";
  const { exit, out, error } = await replay({
    file,
    speed: undefined,
    from: undefined,
    to: undefined,
    connection: undefined,
    json: false,
    pictures: undefined,
    pictureAt: undefined,
    report: undefined,
    print: async (text) => void (printed += text),
    ...options,
  });
  return { exit, out: printed + (out ?? ""), error: error ?? "" };
}

function recordsFile(t: TestContext, records: readonly TraceRecord[]): string {
  const file = join(temporary(t), "connection-12.hftrace");
  writeFileSync(file, encodeTraceFile(records));
  return file;
}

function rmTail(file: string, bytes: number): boolean {
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - bytes));
  return true;
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
