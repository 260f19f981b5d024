import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { afterwards } from "../../../test/afterwards.ts";
import { blockedDisplay, removeKeymap } from "./keymapFiles.ts";

test("a keymap that a killed X server has left goes, unless it is another user's", (t) => {
  const [own, others, blocking] = [61_001, 61_002, 61_003];
  const path = (display: number | undefined): string => `/tmp/server-${display}.xkm`;
  for (const display of [own, others, blocking]) {
    writeFileSync(path(display), "");
    afterwards(t, () => removeKeymap(display ?? 0, "anybody"));
  }

  removeKeymap(own ?? 0, { userId: process.getuid?.() ?? 0 });
  removeKeymap(others ?? 0, { userId: 12_345 });
  removeKeymap(blocking ?? 0, "anybody");

  assert.deepEqual(
    [own, others, blocking].map((display) => existsSync(path(display))),
    [false, true, false],
  );
});

test("an X server that another user's keymap keeps from coming up says which one it is", () => {
  const said = [
    "The XKEYBOARD keymap compiler (xkbcomp) reports:",
    '> Error:            Cannot open "/tmp/server-3.xkm" to write keyboard description',
    "XKB: Failed to compile keymap",
  ];

  assert.equal(blockedDisplay(said), 3);
  assert.equal(blockedDisplay(said.slice(2)), undefined);
});
