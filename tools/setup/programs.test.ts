import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { test } from "node:test";
import { bundleFiles, programFile, programNames } from "#system/programs.ts";
import { bundlePrograms } from "../programs.ts";

test("a bundled program is the one that is started, and does what its source does", async () => {
  const folder = await bundlePrograms();

  assert.equal(folder, bundleFiles().folder);
  for (const name of programNames) assert.equal(dirname(programFile(name)), folder);
  const [bundled, source] = [programFile("authenticator"), "src/bin/authenticator.ts"].map((program) =>
    spawnSync(process.execPath, [program], { input: "{}\n", encoding: "utf8" }),
  );
  assert.notEqual(bundled?.status, null);
  assert.deepEqual([bundled?.status, bundled?.stdout], [source?.status, source?.stdout]);
});
