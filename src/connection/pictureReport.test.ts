import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import { PictureReport } from "./pictureReport.ts";

test("the first frame is told of, and then one every five seconds as long as there are any", () => {
  let now = 1000;
  let frames = 0;
  const told: number[] = [];
  const report = new PictureReport({
    now: () => instant(now),
    facts: () => ({ encoder: "x", frames, bytes: 0, framesInFlight: 0, roundTripMs: undefined, operations: [] }),
    tell: (facts) => told.push(facts.frames),
  });
  for (now = 1000; now < 12_000; now += 100) {
    frames++;
    report.noteFrame();
  }

  assert.deepEqual(told, [1, 51, 101]);
});
