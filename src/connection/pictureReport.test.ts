import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { instant } from "#base/units.ts";
import { PictureReport } from "./pictureReport.ts";

test("the first frame is told of, then every five seconds as long as there are any, and the last ones too", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  let frames = 0;
  const told: (readonly [at: number, frames: number])[] = [];
  const report = new PictureReport({
    now: () => instant(now),
    facts: () => ({
      encoder: "x",
      frames,
      bytes: 0,
      framesInFlight: 0,
      roundTripMs: undefined,
      operations: [],
    }),
    delays: () => ({}),
    tell: (facts) => told.push([now, facts.frames]),
  });
  while (now < 60_000) {
    if (now < 12_000) {
      frames++;
      report.noteFrame();
    }
    now += 100;
    mock.timers.tick(100);
  }
  report.noteFrame();
  report.close();
  mock.timers.reset();

  assert.deepEqual(told, [
    [1000, 1],
    [6000, 50],
    [11_000, 100],
    [16_000, 110],
    [60_000, 110],
  ]);
});
