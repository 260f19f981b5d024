import assert from "node:assert/strict";
import test from "node:test";
import { SampleSeries } from "./sampleSeries.ts";

test("a series keeps its beginning as long as it can, ever more sparsely and evenly", () => {
  const series = new SampleSeries(2);
  for (let at = 0; at < 1000; at++) series.add(at, [at, -at]);

  const times = series.samples(0).map(({ at }) => at);
  const steps = new Set(times.slice(1).map((at, index) => at - (times[index] ?? 0)));

  assert.equal(times[0], 0);
  assert.deepEqual([...steps], [16]);
  assert.deepEqual(
    series.samples(1).map(({ value }) => -value),
    times,
  );
});

test("then the oldest go, and it never holds more than its room", () => {
  const series = new SampleSeries(1);
  for (let at = 0; at < 5000; at++) series.add(at, [at]);

  const times = series.samples(0).map(({ at }) => at);

  assert.equal(series.length, 64);
  assert.ok(4980 < times.at(-1)! && times[0] === times.at(-1)! - 63 * 16);
});
