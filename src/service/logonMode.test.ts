import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { LogonMode } from "#policy/seats.ts";
import { silentLog } from "#system/log.ts";
import { LogonModes, readBootId } from "./logonMode.ts";

test("a restart of the service keeps every mode, a restart of the host only the drain that is for good", (t) => {
  const { folders, started } = place(t);
  const modes: readonly LogonMode[] = ["enabled", "disabled", "drain", "drainUntilRestart"];

  const kept = modes.map((mode) => {
    started("boot 1").set(mode);
    return [mode, started("boot 1").mode, started("boot 2").mode];
  });

  assert.deepEqual(kept, [
    ["enabled", "enabled", "enabled"],
    ["disabled", "disabled", "enabled"],
    ["drain", "drain", "drain"],
    ["drainUntilRestart", "drainUntilRestart", "enabled"],
  ]);
  started("boot 2").set("enabled");
  assert.deepEqual(
    [folders.run, folders.state].map((folder) => existsSync(join(folder, "logon-mode"))),
    [false, false],
  );
});

test("the last order counts, whatever was in force before", (t) => {
  const { started } = place(t);

  for (const before of ["disabled", "drain", "drainUntilRestart"] as const) {
    for (const mode of ["enabled", "disabled", "drain", "drainUntilRestart"] as const) {
      const modes = started("boot 1");
      modes.set(before);
      modes.set(mode);
      assert.deepEqual([modes.mode, started("boot 1").mode], [mode, mode]);
    }
  }
});

test("a mode that cannot be kept is not in force", (t) => {
  const { folders, started } = place(t);
  const modes = started("boot 1");
  rmSync(folders.state, { recursive: true });

  assert.throws(() => modes.set("drain"), { code: "ENOENT" });
  assert.equal(modes.mode, "enabled");
});

test("a file that nobody can read keeps nobody out", (t) => {
  const { folders, started } = place(t);

  for (const content of ["", "{", '{"mode":"closed"}']) {
    writeFileSync(join(folders.state, "logon-mode"), content);
    assert.equal(started("boot 1").mode, "enabled");
  }
});

test("a boot has a name", () => {
  assert.match(readBootId(), /^[0-9a-f-]{36}$/u);
});

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-logon-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const folders = { run: join(folder, "run"), state: join(folder, "state") };
  mkdirSync(folders.run);
  mkdirSync(folders.state);
  return { folders, started: (bootId: string) => new LogonModes({ folders, bootId, log: silentLog }) };
}
