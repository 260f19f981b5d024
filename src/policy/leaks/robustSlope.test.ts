import assert from "node:assert/strict";
import test from "node:test";
import { robustSlope } from "./robustSlope.ts";

test("a straight line has its own slope, and rises for certain", () => {
  const line = Array.from({ length: 30 }, (_, at) => ({ at, value: 5 + 2 * at }));

  const { slope, low, high, rises } = robustSlope(line)!;

  assert.deepEqual([slope, low, high], [2, 2, 2]);
  assert.ok(0.9999 < rises);
});

test("a fifth of wild values does not move the slope, as it would move a mean", () => {
  const line = Array.from({ length: 50 }, (_, at) => ({ at, value: at % 5 === 0 ? 10_000 : 3 * at }));

  const { slope, low, high } = robustSlope(line)!;

  assert.ok(2.5 < slope && slope < 3.5, String(slope));
  assert.ok(low <= slope && slope <= high);
});

test("what only goes up and down has an interval around nothing", () => {
  const saw = Array.from({ length: 48 }, (_, at) => ({ at, value: at % 6 }));

  const { low, high, rises } = robustSlope(saw)!;

  assert.ok(low <= 0 && 0 <= high);
  assert.ok(rises < 0.95);
});

// The data of Sen's own example: Helsel et al., Statistical Methods in Water Resources (USGS TM4-A3), 10.1.
test("the example of the textbook comes out", () => {
  const values = [1, 2, 3, 4, 5, 16, 7];

  assert.equal(robustSlope(values.map((value, index) => ({ at: index + 1, value })))?.slope, 1);
});

test("two samples are no trend, and neither are many at the same moment", () => {
  assert.equal(robustSlope([1, 2].map((at) => ({ at, value: at }))), undefined);
  assert.equal(robustSlope([1, 2, 3].map((value) => ({ at: 7, value }))), undefined);
});
