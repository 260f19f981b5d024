import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { seconds, type Milliseconds } from "#base/units.ts";
import { LeakDetector } from "./leaks.ts";
import { runStage } from "./runStage.ts";
import { summary } from "./summary.ts";

test("passed, failed and skipped tests are counted, those inside others too", async (t) => {
  const outcome = await runPlanted(t, {
    "a.mjs": `import { test } from "node:test";
      test("good", () => {});
      test("outer", async (t) => { await t.test("bad", () => { throw new Error("planted"); }); });
      test("later", { skip: "not here" }, () => {});`,
  });
  assert.equal(outcome.passed, 1);
  assert.deepEqual(
    outcome.failures.map(({ test: name, message }) => [name, message.split("\n")[0]]),
    [["bad", "Error: planted"]],
  );
  assert.deepEqual(
    outcome.skipped.map((line) => line.slice(line.lastIndexOf("/") + 1)),
    ["a.mjs: later: not here"],
  );
});

test("a file that ends badly or has no test fails", async (t) => {
  const outcome = await runPlanted(t, {
    "crash.mjs": `process.exit(3);`,
    "empty.mjs": ``,
  });
  assert.deepEqual(
    outcome.failures.map(({ message }) => message.split("\n")[0]),
    ["ended with 3", "has no test"],
  );
});

test("a file that does not end is ended, and fails", async (t) => {
  const files = {
    "hang.mjs": `import { test } from "node:test"; test("good", () => {}); setInterval(() => {}, 1000);`,
  };
  const outcome = await runPlanted(t, files, { timeout: seconds(3) });
  assert.deepEqual(
    outcome.failures.map(({ message }) => message.split("\n")[0]),
    ["did not end within 3 s, and was ended"],
  );
});

test("a process that outlives its test is named and ended, even when it has left the process group", async (t) => {
  const outcome = await runPlanted(t, {
    "leak.mjs": `import { spawn } from "node:child_process"; import { test } from "node:test";
      test("good", () => { spawn("sleep", ["77"], { detached: true, stdio: "ignore" }).unref(); });`,
  });
  assert.equal(outcome.passed, 1);
  assert.match(outcome.failures[0]?.message ?? "", /^left behind: a process: \d+ sleep 77$/u);
  assert.equal(outcome.failures.length, 1);
});

test("a folder that outlives its test is named", async (t) => {
  const outcome = await runPlanted(t, {
    "leak.mjs": `import { mkdirSync } from "node:fs"; import { tmpdir } from "node:os"; import { test } from "node:test";
      test("good", () => mkdirSync(tmpdir() + "/forgotten"));`,
  });
  assert.deepEqual(
    outcome.failures.map(({ message }) => message),
    ["left in its TMPDIR: forgotten"],
  );
});

test("the last line counts, and a run without tests is no success", () => {
  const good = { name: "fast", passed: 2, failures: [], skipped: [], unsteady: [] };
  assert.deepEqual(summary([good]), { text: "\n2 passed, 0 failed", succeeded: true });
  const bad = { ...good, failures: [{ file: "a.test.ts", test: "one", message: "planted", line: 7 }] };
  assert.equal(summary([good, bad]).succeeded, false);
  assert.match(summary([good, bad]).text, /a\.test\.ts:7 one\n {6}planted\n\n4 passed, 1 failed$/u);
  assert.equal(summary([]).succeeded, false);
});

test("what failed first is told before what failed on the way out", async (t) => {
  const outcome = await runPlanted(t, {
    "twice.mjs": `import { test } from "node:test";
      test("bad", () => {
        using left = { [Symbol.dispose]() { throw new Error("left behind"); } };
        throw new Error("planted");
      });`,
  });
  assert.match(
    outcome.failures[0]?.message ?? "",
    /^Error: planted\n[^]*and then, on the way out: Error: left behind\n/u,
  );
});

test("a file that fails and then passes is told as unsteady, as often as its stage allows", async (t) => {
  const files = { "a.mjs": passesTheSecondTime("a"), "b.mjs": passesTheSecondTime("b") };
  const outcome = await runPlanted(t, files, { repeatsMax: 1 });
  assert.equal(outcome.passed, 1);
  assert.deepEqual([outcome.unsteady.length, outcome.failures.length], [1, 1]);
  const { text } = summary([outcome]);
  assert.match(text, /planted: failed, and passed once more:\n {2}\S+a\.mjs:\d+ good\n[^]*not yet a\n/u);
  assert.match(text, /not yet b\n[^]*1 passed, 1 failed$/u);
});

function passesTheSecondTime(name: string): string {
  return `import { existsSync, writeFileSync } from "node:fs"; import { test } from "node:test";
    const mark = import.meta.filename + ".ran";
    test("good", () => { if (!existsSync(mark)) { writeFileSync(mark, ""); throw new Error("not yet ${name}"); } });`;
}

async function runPlanted(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  { timeout = seconds(60), repeatsMax = 0 }: { readonly timeout?: Milliseconds; readonly repeatsMax?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  const leaks = new LeakDetector();
  t.after(() => leaks.close());
  const stage = { name: "planted", files: paths, atOnce: 1, timeout, repeatsMax };
  return runStage(stage, { leaks, folder, say: () => {} });
}
