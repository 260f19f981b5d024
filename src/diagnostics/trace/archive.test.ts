import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { gunzipSync } from "node:zlib";
import { readTar } from "../replay/readTar.ts";
import { packFolder } from "./archive.ts";

test("an archive is read by tar and by ourselves, and is for its owner alone", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const content = new Map([
    ["manifest.json", Buffer.from("{}\n")],
    ["records/connection-1.hftrace", Buffer.alloc(512, 7)],
    ["records/connection-2.hftrace", Buffer.alloc(100_001, 9)],
    ["output/empty.txt", Buffer.alloc(0)],
  ]);
  for (const path of ["trace", "trace/records", "trace/output", "unpacked"]) mkdirSync(join(folder, path));
  for (const [path, bytes] of content) writeFileSync(join(folder, "trace", path), bytes);
  const archive = join(folder, "trace-1.tar.gz");

  await packFolder(join(folder, "trace"), "trace-1", archive);

  assert.equal(statSync(archive).mode & 0o777, 0o600);
  execFileSync("tar", ["-xzf", archive, "-C", join(folder, "unpacked")]);
  const { files, problem } = readTar(gunzipSync(readFileSync(archive)));
  assert.equal(problem, undefined);
  for (const [path, bytes] of content) {
    assert.deepEqual(readFileSync(join(folder, "unpacked/trace-1", path)), bytes);
    assert.deepEqual(Buffer.from(files.get(`trace-1/${path}`) ?? ""), bytes);
  }
  assert.equal(files.size, content.size);
});
