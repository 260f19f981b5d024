import assert from "node:assert/strict";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { wallTime } from "#base/units.ts";
import { afterwards } from "../../../test/afterwards.ts";
import { removeKeymapOf, removeStaleKeymaps } from "./keymapFiles.ts";

test("a keymap that a killed X server has left goes with its session, and old ones of others before the next", (t) => {
  const [own, others, old] = [61_001, 61_002, 61_003].map((display) => `/tmp/server-${display}.xkm`) as [
    string,
    string,
    string,
  ];
  for (const path of [own, others, old]) {
    writeFileSync(path, "");
    afterwards(t, () => removeKeymapOf(Number(/\d+/u.exec(path)?.[0]), process.getuid?.() ?? 0));
  }
  utimesSync(old, 1_000_000, 1_000_000);

  removeKeymapOf(61_001, process.getuid?.() ?? 0);
  removeKeymapOf(61_002, 12_345);
  // Nothing that is really in use can be so old.
  removeStaleKeymaps(wallTime(1_000_000_000 + 120_000));

  assert.deepEqual(
    [own, others, old].map((path) => existsSync(path)),
    [false, true, false],
  );
});
