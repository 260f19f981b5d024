import assert from "node:assert/strict";
import { test } from "node:test";
import { keepAliveLimit } from "./keepAlive.ts";
import { resolve } from "./setting.ts";
import { hostSettings } from "./settings.ts";

const limits: readonly (readonly [Readonly<Record<string, number>>, number])[] = [
  [{}, 30],
  [{ KeepAliveInterval: 2 }, 120],
  [{ KeepAliveInterval: 999_999 }, 59_999_940],
  [{ KeepAliveSeconds: 10, KeepAliveInterval: 2 }, 10],
  [{ KeepAliveSeconds: 0 }, 0],
  [{ KeepAliveEnable: 0, KeepAliveSeconds: 10, KeepAliveInterval: 2 }, 0],
  [{ KeepAliveEnable: 1 }, 30],
];

test("of the keep-alive's settings the switch counts before our seconds, and they before Windows' minutes", () => {
  for (const [given, expected] of limits) {
    const resolved = resolve(hostSettings, given);
    assert.ok(resolved.is === "resolved");
    assert.equal(keepAliveLimit(resolved.settings), expected, JSON.stringify(given));
  }
  assert.equal(resolve(hostSettings, { KeepAliveInterval: 0 }).is, "wrong");
});
