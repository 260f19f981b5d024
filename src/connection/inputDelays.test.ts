import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import type { InputEvent } from "#protocol/share/input/inputEvent.ts";
import { InputDelays } from "./inputDelays.ts";

const stroke: InputEvent = {
  is: "key",
  key: { scanCode: 30, extended: false, extended1: false },
  down: true,
};
const motion: InputEvent = { is: "pointerTo", at: { x: 1, y: 2 } };

test("without input there are no delays, and a frame by itself is nobody's answer", () => {
  const delays = new InputDelays(() => instant(0));
  delays.noteFrame();
  assert.deepEqual(delays.facts, {});
});

test("input is delayed until the screen has it, also behind input that waits", async () => {
  let now = 1000;
  const delays = new InputDelays(() => instant(now));
  for (const took of [1, 2, 3, 40]) {
    const given = Promise.withResolvers<void>();
    delays.noteArrived([motion]);
    delays.awaitGiven(given.promise);
    now += took;
    delays.noteArrived([motion]);
    delays.awaitGiven(new Promise(() => {}));
    given.resolve();
    await given.promise;
  }
  assert.deepEqual(delays.facts, { inputDelay: { count: 4, medianMs: 2, p99Ms: 40 } });
});

test("a key's frame is the next one, unless it takes longer than its user would believe", () => {
  let now = 1000;
  const delays = new InputDelays(() => instant(now));
  const frameAfter = (milliseconds: number): void => {
    now += milliseconds;
    delays.noteFrame();
  };
  delays.noteArrived([stroke]);
  now += 5;
  delays.noteArrived([stroke]);
  frameAfter(3);
  frameAfter(100);
  delays.noteArrived([motion]);
  frameAfter(1);
  delays.noteArrived([stroke]);
  frameAfter(1001);
  delays.noteArrived([stroke]);
  now += 2000;
  delays.noteArrived([stroke]);
  frameAfter(4);
  assert.deepEqual(delays.facts, { keyToFrame: { count: 2, medianMs: 4, p99Ms: 8 } });
});

test("of many delays the last few hundred count", () => {
  let now = 0;
  const delays = new InputDelays(() => instant(now));
  for (let index = 0; index < 1000; index++) {
    delays.noteArrived([stroke]);
    now += index < 700 ? 500 : 2;
    delays.noteFrame();
  }
  assert.deepEqual(delays.facts.keyToFrame, { count: 1000, medianMs: 2, p99Ms: 2 });
});
