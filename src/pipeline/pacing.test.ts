import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import { Pacing } from "./pacing.ts";

test("frames go no faster than the limit", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: false });

  assert.equal(pacing.delay(at(0)), 0);
  pacing.noteSent(1, at(0));
  assert.deepEqual([pacing.delay(at(5)), pacing.delay(at(20)), pacing.delay(at(500))], [15, 0, 0]);
});

test("a client that acknowledges gets no third frame before it has shown the first", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, at(0));
  pacing.noteSent(2, at(20));

  assert.equal(pacing.delay(at(40)), undefined);
  pacing.noteAcknowledged(1, at(41));
  assert.equal(pacing.delay(at(41)), 0);
});

test("an acknowledgement stands for all frames before it, and one for no frame for none", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, at(0));
  pacing.noteSent(2, at(20));

  pacing.noteAcknowledged(0, at(30));
  assert.equal(pacing.framesInFlight, 2);
  pacing.noteAcknowledged(2, at(30));
  assert.equal(pacing.framesInFlight, 0);
});

test("an acknowledgement of a frame that was never sent opens nothing, and measures nothing", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteAcknowledged(7, at(0));
  pacing.noteSent(1, at(0));
  pacing.noteSent(2, at(20));
  for (const frame of [3, 0xffff_ffff, -1, NaN]) pacing.noteAcknowledged(frame, at(30));

  assert.deepEqual([pacing.framesInFlight, pacing.roundTrip, pacing.delay(at(40))], [2, undefined, undefined]);
});

test("on a long way as many frames are under way as fit into it, and not more than sixteen", () => {
  assert.deepEqual([framesAtOnce(10), framesAtOnce(100), framesAtOnce(10_000)], [2, 6, 16]);
});

test("a client that acknowledges nothing any more gets a frame every two seconds", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, at(0));
  pacing.noteSent(2, at(20));

  assert.deepEqual([pacing.delay(at(1999)), pacing.delay(at(2000))], [undefined, 0]);
});

test("a client that has fallen far behind is sent one frame for each that is given up, not all at once", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  let frames = 0;
  for (let now = 0; now < 10_000; now += 20) if (pacing.delay(at(now)) === 0) pacing.noteSent(++frames, at(now));

  assert.equal(frames, 10);
});

test("a client that says it will not acknowledge is not waited for, until it does again", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSuspended(true);
  for (let frame = 1; frame <= 5; frame++) pacing.noteSent(frame, at(frame * 20));

  assert.deepEqual([pacing.framesInFlight, pacing.delay(at(120))], [0, 0]);
  pacing.noteSuspended(false);
  pacing.noteSent(6, at(120));
  pacing.noteSent(7, at(140));
  assert.equal(pacing.delay(at(160)), undefined);
});

/** How many frames go out at 50 a second to a client that answers each after so many milliseconds. */
function framesAtOnce(roundTrip: number): number {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, at(0));
  pacing.noteAcknowledged(1, at(roundTrip));
  let frame = 1;
  for (let now = roundTrip; pacing.delay(at(now)) !== undefined; now += 20) pacing.noteSent(++frame, at(now));
  return pacing.framesInFlight;
}

const at = (milliseconds: number) => instant(milliseconds);
