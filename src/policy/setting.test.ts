import assert from "node:assert/strict";
import { test } from "node:test";
import { resolve } from "./setting.ts";
import { hostSettings } from "./settings.ts";

test("a setting that nobody gives has its fallback", () => {
  const resolved = resolve(hostSettings, { KeepAliveSeconds: 60 });
  assert.equal(resolved.is, "resolved");
  assert.equal(resolved.is === "resolved" && resolved.settings.KeepAliveSeconds, 60);
  assert.equal(resolved.is === "resolved" && resolved.settings.LogonSeconds, 120);
});

test("an unknown name, a wrong type and a value out of range are all told, each with its place", () => {
  assert.deepEqual(resolve(hostSettings, { KeepaliveSecond: 1, LogonSeconds: "soon", FramesPerSecond: 1000 }), {
    is: "wrong",
    problems: [
      { name: "KeepaliveSecond", problem: "is no setting; did you mean KeepAliveSeconds?" },
      { name: "LogonSeconds", problem: "must be a whole number from 10 to 3600 (seconds)" },
      { name: "FramesPerSecond", problem: "must be a whole number from 1 to 240 (frames a second)" },
    ],
  });
});
