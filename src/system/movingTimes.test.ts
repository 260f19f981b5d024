import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, wallTime } from "#base/units.ts";
import { MovingTimes } from "./movingTimes.ts";

test("what was noted before the clock was set moves with it, and small differences move nothing", () => {
  const host = { now: 5, wall: 1_000_000 };
  const times = new MovingTimes({ now: () => instant(host.now), wallTime: () => wallTime(host.wall) });
  const noted = times.now();
  assert.equal(noted, 1_000_000);

  for (const [by, told] of [
    [300, 1_000_000],
    [86_400_000, 87_400_000],
    [86_400_300, 87_400_000],
    [-86_400_000, -85_400_000],
    [0, 1_000_000],
  ] as const) {
    host.now += 60_000;
    host.wall = 1_000_000 + host.now - 5 + by;
    assert.equal(times.told(noted), told);
    assert.equal(times.told(times.now()), told + host.now - 5);
  }
});
