import { between, type Instant, type Milliseconds } from "#base/units.ts";

/** What is known of the line when a picture is about to be made. */
export interface LineState {
  /** From a frame to its acknowledgement, smoothed; undefined before the first. */
  readonly roundTrip: Milliseconds | undefined;
  /** Bytes that wait to be written to the client. */
  readonly bytesQueued: number;
}

/**
 * How much a film may send: as much as it needs where the line takes it. When frames come back later than they could,
 * something queues on the way, and the film sends less until they are back in time.
 */
export class VideoRate {
  #share = 1;
  /** The shortest round trip of this period and of the one before: the line without a queue. */
  #shortest = Infinity;
  #shortestBefore = Infinity;
  #periodSince: Instant | undefined;
  #changedAt: Instant | undefined;
  #isBusy = false;

  /** In kilobits a second, for a picture of so many pixels. */
  kilobits(pixels: number): number {
    const most = Math.max(kilobitsMin, (pixels * bitsPerPixel * framesPerSecond) / 1000);
    return Math.round(Math.max(Math.min(kilobitsMin, most), most * this.#share));
  }

  /** The line takes less than there could be, or did a moment ago: what can wait, waits. */
  get isScarce(): boolean {
    return this.#share < scarceShare;
  }

  /** Something queued on the way when it was last looked at. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  note({ roundTrip, bytesQueued }: LineState, now: Instant): void {
    if (roundTrip !== undefined) this.#noteRoundTrip(roundTrip, now);
    this.#changedAt ??= now;
    const since = between(this.#changedAt, now);
    this.#isBusy = this.#isCongested(roundTrip, bytesQueued);
    if (this.#isBusy) {
      if (since < slowedEvery) return;
      this.#share = Math.max(shareMin, this.#share * 0.7);
      this.#changedAt = now;
    } else if (raisedEvery <= since && this.#share < 1) {
      this.#share = Math.min(1, this.#share * 1.1);
      this.#changedAt = now;
    }
  }

  #isCongested(roundTrip: Milliseconds | undefined, bytesQueued: number): boolean {
    if (queueMax < bytesQueued) return true;
    const shortest = Math.min(this.#shortest, this.#shortestBefore);
    return roundTrip !== undefined && shortest * 2 + delayMax < roundTrip;
  }

  #noteRoundTrip(roundTrip: Milliseconds, now: Instant): void {
    this.#periodSince ??= now;
    if (period < between(this.#periodSince, now)) {
      this.#periodSince = now;
      this.#shortestBefore = this.#shortest;
      this.#shortest = Infinity;
    }
    this.#shortest = Math.min(this.#shortest, roundTrip);
  }
}

/** With 30 frames a second, 3.9 Mbit/s for 1280 × 720 and 8.7 for 1920 × 1080. */
const bitsPerPixel = 0.14;
const framesPerSecond = 30;
/** Below, nobody recognises anything; a small picture does not need more either. */
const kilobitsMin = 300;
const shareMin = 0.05;
const scarceShare = 0.75;
const queueMax = 64 * 1024;
/** Milliseconds of queue that are none: a client that draws, a scheduler that was busy. */
const delayMax = 60;
const slowedEvery = 300;
const raisedEvery = 500;
const period = 10_000;
