import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { noRealUsers } from "../../test/realUser.ts";
import { LeakDetector } from "./leaks.ts";

// Beside other tests it would blame nobody.
test("shared memory that outlives its test is named and removed", { skip: noRealUsers() }, async (t) => {
  const leaks = new LeakDetector();
  t.after(() => leaks.close());
  const path = `/dev/shm/holdfast-0-${process.pid}`;
  writeFileSync(path, "");

  assert.deepEqual(await leaks.find(), [{ file: undefined, what: `shared memory: ${path}` }]);
  assert.equal(existsSync(path), false);
});
