import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as assertProperty, double, integer, property, record } from "fast-check";
import { instant, milliseconds } from "#base/units.ts";
import { Pacing } from "./pacing.ts";
import { VideoRate } from "./video/videoRate.ts";

/** A line, and the sender's TCP before it. */
interface Line {
  /** In bytes a millisecond. */
  readonly rate: number;
  /** In milliseconds. */
  readonly roundTrip: number;
  /** What congestion control lets through, as a share of what the line holds. */
  readonly window: number;
}

test("beside a film no queue grows, keys are shown within the round trip and 150 ms, and the film uses the line", () => {
  const lines = record({
    rate: integer({ min: 100, max: 2000 }),
    roundTrip: integer({ min: 10, max: 300 }),
    window: double({ min: 0.6, max: 1, noNaN: true }),
  });
  assertProperty(
    property(lines, (line) => {
      const { echoes, queueMost, filmBytes } = play(line);
      const carried = line.rate * Math.min(1, line.window);
      assert.ok(Math.max(...echoes) <= line.roundTrip + 150, `an echo took ${Math.max(...echoes)} ms`);
      assert.ok(queueMost <= Math.max(16_384, carried * 150), `${queueMost} bytes waited`);
      // What is promised at least, as far as a film of this size wants it, and the line has it.
      const wanted = Math.min(3900 / 8, carried) * (played - settled);
      assert.ok(wanted * 0.25 <= filmBytes, `${filmBytes} of ${wanted}`);
    }),
    { numRuns: 60 },
  );
});

test("on 2 Mbit/s and 150 ms keys are shown within 200 ms while a film plays", () => {
  const { echoes } = play({ rate: 250, roundTrip: 150, window: 0.8 });
  assert.ok(Math.max(...echoes) <= 200, String(Math.max(...echoes)));
});

/** Plays a film of 30 pictures a second and types beside it; what is seen after `settled`. */
function play({ rate, roundTrip, window }: Line) {
  const pacing = new Pacing({ framesPerSecond: 60, acknowledged: true });
  const video = new VideoRate();
  const cwnd = Math.max(3000, rate * roundTrip * window);
  const unsent: Sending[] = [];
  const network: (Sending & { readonly backAt: number; readonly leftAt: number })[] = [];
  const echoes: number[] = [];
  let [queueMost, filmBytes, freeAt, frame] = [0, 0, 0, 0];
  let [isPictureDue, keyAt]: [boolean, number | undefined] = [false, undefined];
  let packets = roundTrip;
  for (let now = 0; now < played; now++) {
    while (network[0] !== undefined && network[0].backAt <= now) {
      const back = network.shift()!;
      packets = packets * 0.875 + (now - back.sentAt) * 0.125;
      if (!back.isLast) continue;
      pacing.noteAcknowledged(back.frame, instant(now));
      if (back.keyAt !== undefined && settled < now) echoes.push(now - back.keyAt);
    }
    for (let held = sum(network); unsent[0] !== undefined && held + unsent[0].bytes <= cwnd; held = sum(network)) {
      const next = unsent.shift()!;
      freeAt = Math.max(now, freeAt) + next.bytes / rate;
      network.push({ ...next, sentAt: now, leftAt: freeAt, backAt: freeAt + roundTrip });
    }
    if (now % 33 === 0) isPictureDue = true;
    if (now % 120 === 7) keyAt ??= now;
    const wire = { bytesQueued: sum(unsent), carries: cwnd / packets, roundTrip: milliseconds(packets) };
    const write = (bytes: number, key: number | undefined): void => {
      pacing.noteSent(++frame, bytes, instant(now));
      for (let left = bytes; 0 < left; left -= segment) {
        const isLast = left <= segment;
        unsent.push({ frame, bytes: Math.min(left, segment), sentAt: now, keyAt: isLast ? key : undefined, isLast });
      }
    };
    if (keyAt !== undefined && pacing.delay(instant(now), wire) === 0) {
      write(200, keyAt);
      pacing.noteTaken(instant(now));
      keyAt = undefined;
    }
    if (isPictureDue && pacing.delayOfLess(instant(now), wire) === 0) {
      video.note(pacing.line, instant(now));
      const bytes = Math.round((video.kilobits(1280 * 720) / 8 / 30) * 1000);
      write(bytes, undefined);
      isPictureDue = false;
      if (settled < now) filmBytes += bytes;
    }
    const waiting = sum(unsent) + sum(network.filter(({ leftAt }) => now < leftAt));
    if (settled < now) queueMost = Math.max(queueMost, waiting);
  }
  return { echoes, queueMost, filmBytes };
}

/** A packet. */
interface Sending {
  readonly frame: number;
  readonly bytes: number;
  readonly sentAt: number;
  /** Of the key that it shows. */
  readonly keyAt: number | undefined;
  /** Of its frame. */
  readonly isLast: boolean;
}

const sum = (packets: readonly { readonly bytes: number }[]): number =>
  packets.reduce((all, { bytes }) => all + bytes, 0);

const segment = 1448;
/** In milliseconds. */
const played = 12_000;
const settled = 6000;
