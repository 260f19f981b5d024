import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { LogFile } from "./logFile.ts";

test("a log that has grown to its limit becomes the one before, and nothing of the last lines is lost", (t) => {
  const path = join(folder(t), "holdfast.log");
  const file = new LogFile(path, 40);
  for (let line = 0; line < 10; line++) file.write(`line ${line} ....\n`);

  assert.equal(readFileSync(`${path}.1`, "utf8"), "line 4 ....\nline 5 ....\nline 6 ....\nline 7 ....\n");
  assert.equal(readFileSync(path, "utf8"), "line 8 ....\nline 9 ....\n");
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("what stands in a log from an earlier life counts", (t) => {
  const path = join(folder(t), "holdfast.log");
  new LogFile(path, 40).write("thirty characters, all in all\n");
  new LogFile(path, 40).write("ten bytes\n");

  assert.equal(readFileSync(`${path}.1`, "utf8"), "thirty characters, all in all\nten bytes\n");
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "holdfast-log-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}
