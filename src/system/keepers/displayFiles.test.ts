import assert from "node:assert/strict";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { displaySocket, removeDisplay } from "./displayFiles.ts";

test("the display of a server that is gone is free again, and that of one who has taken its number stays", (t) => {
  mkdirSync("/tmp/.X11-unix", { recursive: true, mode: 0o1777 });
  const display = 40_000 + (process.pid % 20_000);
  const path = `/tmp/.X11-unix/X${display}`;
  t.after(() => rmSync(path, { force: true }));
  writeFileSync(path, "");
  const first = displaySocket(display);
  writeFileSync(`${path}.new`, "");
  renameSync(`${path}.new`, path);
  const second = displaySocket(display);

  removeDisplay(first, "anybody");
  const stays = existsSync(path);
  removeDisplay(second, "anybody");
  removeDisplay(second, "anybody");

  assert.deepEqual([stays, existsSync(path)], [true, false]);
});
