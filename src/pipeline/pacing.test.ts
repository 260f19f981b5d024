import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, milliseconds } from "#base/units.ts";
import { Pacing } from "./pacing.ts";

test("frames go no faster than the limit", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: false });

  assert.equal(pacing.delay(at(0), idle), 0);
  pacing.noteTaken(at(0));
  assert.deepEqual([pacing.delay(at(5), idle), pacing.delay(at(20), idle), pacing.delay(at(500), idle)], [15, 0, 0]);
});

test("what an input changes does not wait for the next turn of frames", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: false });
  pacing.noteTaken(at(0));
  pacing.noteInput(at(2));

  assert.deepEqual([pacing.delay(at(2), idle), pacing.delay(at(5), idle)], [1, 0]);
  pacing.noteTaken(at(100));
  assert.equal(pacing.delay(at(101), idle), 19);
});

test("nothing is added to what this machine could not send yet, and a film waits for longer than the rest", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  const narrow = (bytesQueued: number) => ({ bytesQueued, carries: 100, roundTrip: milliseconds(150) });

  assert.deepEqual([pacing.delay(at(0), narrow(4000)), pacing.delayOfLess(at(0), narrow(4000))], [0, 19.52]);
  assert.deepEqual([pacing.delay(at(0), narrow(7000)), pacing.delayOfLess(at(0), narrow(2000))], [30, 0]);
});

test("a film waits while packets take longer on their way than they did", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  const taking = (roundTrip: number) => ({ bytesQueued: 0, carries: 100, roundTrip: milliseconds(roundTrip) });

  assert.equal(pacing.delayOfLess(at(0), taking(150)), 0);
  pacing.noteSent(1, 1000, at(5));
  assert.equal(pacing.delayOfLess(at(10), taking(180)), 25);
  assert.equal(pacing.delay(at(10), taking(180)), 0);
});

test("a film that stopped for a queue goes on when that must be gone, though nobody has measured it since", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  const taking = (roundTrip: number) => ({ bytesQueued: 0, carries: 45_676, roundTrip: milliseconds(roundTrip) });

  assert.equal(pacing.delayOfLess(at(0), taking(1.4)), 0);
  pacing.noteSent(1, 6000, at(0));
  pacing.noteAcknowledged(1, at(22));
  assert.equal(pacing.delayOfLess(at(21), taking(23.4)), 5);
  assert.equal(pacing.delayOfLess(at(22), taking(23.4)), 0);
});

test("a client that acknowledges gets no third frame before it has shown the first", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, 1000, at(0));
  pacing.noteSent(2, 1000, at(20));

  assert.equal(pacing.delay(at(40), idle), undefined);
  pacing.noteAcknowledged(1, at(41));
  assert.equal(pacing.delay(at(41), idle), 0);
});

test("an acknowledgement stands for all frames before it, and one for no frame for none", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, 1000, at(0));
  pacing.noteSent(2, 1000, at(20));

  pacing.noteAcknowledged(0, at(30));
  assert.equal(pacing.framesInFlight, 2);
  pacing.noteAcknowledged(2, at(30));
  assert.equal(pacing.framesInFlight, 0);
});

test("an acknowledgement of a frame that was never sent opens nothing, and measures nothing", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteAcknowledged(7, at(0));
  pacing.noteSent(1, 1000, at(0));
  pacing.noteSent(2, 1000, at(20));
  for (const frame of [3, 0xffff_ffff, -1, NaN]) pacing.noteAcknowledged(frame, at(30));

  assert.deepEqual([pacing.framesInFlight, pacing.roundTrip, pacing.delay(at(40), idle)], [2, undefined, undefined]);
});

test("on a long way as many frames are under way as fit into it, and not more than sixteen", () => {
  assert.deepEqual([framesAtOnce(10), framesAtOnce(100), framesAtOnce(10_000)], [2, 6, 16]);
});

test("a client that acknowledges nothing any more gets a frame every two seconds", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, 1000, at(0));
  pacing.noteSent(2, 1000, at(20));

  assert.deepEqual([pacing.delay(at(1999), idle), pacing.delay(at(2000), idle)], [undefined, 0]);
});

test("a client that has fallen far behind is sent one frame for each that is given up, not all at once", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  let frames = 0;
  for (let now = 0; now < 10_000; now += 20)
    if (pacing.delay(at(now), idle) === 0) pacing.noteSent(++frames, 1000, at(now));

  assert.equal(frames, 10);
});

test("a client that says it will not acknowledge is not waited for, until it does again", () => {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSuspended(true);
  for (let frame = 1; frame <= 5; frame++) pacing.noteSent(frame, 1000, at(frame * 20));

  assert.deepEqual([pacing.framesInFlight, pacing.delay(at(120), idle)], [0, 0]);
  pacing.noteSuspended(false);
  pacing.noteSent(6, 1000, at(120));
  pacing.noteSent(7, 1000, at(140));
  assert.equal(pacing.delay(at(160), idle), undefined);
});

/** How many frames go out at 50 a second to a client that answers each after so many milliseconds. */
function framesAtOnce(roundTrip: number): number {
  const pacing = new Pacing({ framesPerSecond: 50, acknowledged: true });
  pacing.noteSent(1, 100, at(0));
  pacing.noteAcknowledged(1, at(roundTrip));
  let frame = 1;
  for (let now = roundTrip; pacing.delay(at(now), idle) !== undefined; now += 20)
    pacing.noteSent(++frame, 100, at(now));
  return pacing.framesInFlight;
}

const idle = { bytesQueued: 0 };
const at = (milliseconds: number) => instant(milliseconds);
