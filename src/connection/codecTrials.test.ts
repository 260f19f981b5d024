import assert from "node:assert/strict";
import { test } from "node:test";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import { instant } from "#base/units.ts";
import { CodecTrials } from "./codecTrials.ts";

test("a codec is acknowledged by the first frame that had it, and by any later one", () => {
  const { trials, send, now } = started();
  send("graphics", 1);
  now.is = 100;
  send("progressive", 3);
  send("avc420", 5);
  trials.noteAcknowledged(2, 5);
  now.is = 400;

  assert.deepEqual(trials.trials, [
    { codec: "graphics", acknowledged: true, sentFor: 400 },
    { codec: "progressive", acknowledged: false, sentFor: 300 },
    { codec: "avc420", acknowledged: false, sentFor: 300 },
  ]);
  trials.noteAcknowledged(7, 9);
  assert.deepEqual(
    trials.trials.map(({ acknowledged }) => acknowledged),
    [true, true, true],
  );
});

test("a frame that was never sent acknowledges nothing", () => {
  const { trials, send } = started();
  send("graphics", 1);

  trials.noteAcknowledged(0xffff_ffff, 4);

  assert.deepEqual(
    trials.trials.map(({ acknowledged }) => acknowledged),
    [false],
  );
});

test("a client that says that it acknowledges nothing is not judged by it", () => {
  const { trials, send } = started();
  send("graphics", 1);

  trials.noteSuspended(true);

  assert.deepEqual(trials.trials, []);
});

function started() {
  const firstFrames = new Map<RejectableCodec, number>();
  const now = { is: 0 };
  const trials = new CodecTrials({ firstFrames, now: () => instant(now.is) });
  const send = (codec: RejectableCodec, frame: number): void => {
    firstFrames.set(codec, frame);
    trials.noteSent();
  };
  return { trials, send, now };
}
