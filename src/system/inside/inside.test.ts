import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds } from "#base/units.ts";
import { lookInside } from "./lookInside.ts";
import { OpenWaits, ownWaits } from "./openWaits.ts";

test("a wait is listed with its deadline until it is over, the longest first", async () => {
  let now = 1000;
  const waits = new OpenWaits(() => now);
  const { promise, resolve } = Promise.withResolvers<string>();
  const seat = waits.during("a seat", undefined, promise);
  now += 500;
  const over = waits.begin("the X server", milliseconds(2000));
  now += 2500;

  assert.deepEqual(waits.list(9), [
    { what: "a seat", waited: 3000 },
    { what: "the X server", waited: 2500, left: 0 },
  ]);
  assert.equal(waits.list(1).length, 1);
  over();
  resolve("7");
  assert.equal(await seat, "7");
  assert.deepEqual(waits.list(9), []);
});

test("a process knows what it holds, what keeps it going and what it waits for", () => {
  const timer = setTimeout(() => {}, 60_000);
  const over = ownWaits.begin("Godot");

  const inside = lookInside();

  clearTimeout(timer);
  over();
  assert.equal(inside.pid, process.pid);
  assert.ok(inside.spaces.some(({ name, used }) => name === "old_space" && 0 < used));
  assert.ok(inside.active.some(({ what, count }) => what === "Timeout" && 0 < count));
  assert.ok(inside.waits.some(({ what }) => what === "Godot"));
});
