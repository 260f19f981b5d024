import assert from "node:assert/strict";
import test from "node:test";
import { growthOf } from "./growth.ts";
import { growthRules } from "./growthRules.ts";

const minutes = (count: number, valueAt: (minute: number) => number) =>
  Array.from({ length: count }, (_, minute) => ({ at: minute * 60_000, value: valueAt(minute) }));

test("a leak is named with its rate, its confidence, and when it will hit the limit", () => {
  const growth = growthOf(
    minutes(61, (minute) => 100 + 2 * minute),
    growthRules.memory,
    1200,
  );

  assert.ok(growth !== undefined && 0.9999 < growth.confidence);
  const { confidence: _, ...told } = growth;
  assert.deepEqual(told, {
    perHour: 120,
    perHourLow: 120,
    perHourHigh: 120,
    from: 100,
    to: 220,
    hours: 1,
    samples: 61,
    fullInHours: 10,
  });
});

test("what takes one large step, has come to rest, or gives back, is no leak", () => {
  const { memory } = growthRules;
  const step = minutes(60, (minute) => (minute < 30 ? 100 : 900) + minute / 100);
  const rested = minutes(60, (minute) => 100 + 10 * Math.min(minute, 40));
  const waves = minutes(60, (minute) => 100 + 10 * minute - (minute % 20 === 0 ? 90 : 0));

  assert.deepEqual(
    [step, rested, waves].map((samples) => growthOf(samples, memory)),
    [undefined, undefined, undefined],
  );
});

test("too short a time, too little, or a limit too far away, is not worth a word", () => {
  const { descriptors } = growthRules;

  assert.equal(
    growthOf(
      minutes(44, (minute) => 10 * minute),
      descriptors,
    ),
    undefined,
  );
  assert.equal(
    growthOf(
      minutes(60, (minute) => 1000 + minute / 2),
      descriptors,
    ),
    undefined,
  );
  assert.equal(
    growthOf(
      minutes(60, (minute) => 10 * minute),
      descriptors,
      1e9,
    ),
    undefined,
  );
});
