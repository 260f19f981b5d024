import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import { Unsettled } from "./unsettled.ts";

const now = instant(1000);
const still = instant(2000);

test("what was sent nearly is nearly where it is copied to, and no more where something exact is copied over it", () => {
  const unsettled = new Unsettled();
  const sent = { x: 10, y: 10, width: 20, height: 20 };
  unsettled.noteSent([sent], [sent], now);

  unsettled.noteCopied({ source: sent, target: { x: 80, y: 10 } }, { overwrites: true }, now);
  assert.ok(unsettled.touches({ x: 80, y: 10, width: 1, height: 1 }));
  unsettled.noteCopied({ source: { ...sent, y: 100, width: 10 }, target: { x: 10, y: 10 } }, { overwrites: true }, now);
  assert.equal(unsettled.touches({ x: 10, y: 10, width: 10, height: 20 }), false);
  unsettled.noteCopied({ source: sent, target: { x: 10, y: 10 }, ground: "back" }, { overwrites: true }, now);

  assert.deepEqual(unsettled.takeStill(still, 10), [{ ...sent, x: 80 }]);
});

test("under films, and in what is only put aside, nothing becomes exact", () => {
  const unsettled = new Unsettled();
  const sent = { x: 10, y: 10, width: 20, height: 20 };
  unsettled.noteSent([sent], [sent], now);

  unsettled.noteCopied({ source: { ...sent, y: 200 }, target: { x: 10, y: 10 } }, { overwrites: false }, now);
  unsettled.noteCopied({ source: sent, target: { x: 10, y: 10 }, ground: "aside" }, { overwrites: true }, now);

  assert.deepEqual(unsettled.takeStill(still, 10), [sent]);
});
