import { between, type Instant } from "#base/units.ts";
import type { LineState } from "../pacing.ts";

/**
 * How much a film may send: as much as it needs where the line takes it. When its pictures have to wait, here or on the
 * way, it sends less than the line carries, until they are in time again.
 */
export class VideoRate {
  #share = 1;
  /** In kilobits a second. */
  #line = Infinity;
  #changedAt: Instant | undefined;
  #isBusy = false;

  /** In kilobits a second, for a picture of so many pixels. */
  kilobits(pixels: number): number {
    const most = Math.max(kilobitsMin, (pixels * bitsPerPixel * framesPerSecond) / 1000);
    return Math.round(Math.max(kilobitsMin, Math.min(most * this.#share, this.#line * shareOfLine)));
  }

  /** The line takes less than there could be, or did a moment ago: what can wait, waits. */
  get isScarce(): boolean {
    return this.#share < scarceShare || this.#line < scarceKilobits;
  }

  /** Something queued on the way when it was last looked at. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  note({ waiting, kilobits = Infinity }: LineState, now: Instant): void {
    // One packet more or less on its way is no other line.
    this.#line = this.#line === Infinity || kilobits === Infinity ? kilobits : this.#line * 0.9 + kilobits * 0.1;
    this.#changedAt ??= now;
    const since = between(this.#changedAt, now);
    this.#isBusy = waitingMax < waiting;
    if (this.#isBusy) {
      if (since < slowedEvery) return;
      this.#share = Math.max(shareMin, this.#share * 0.7);
      this.#changedAt = now;
    } else if (raisedEvery <= since && this.#share < 1) {
      this.#share = Math.min(1, this.#share * 1.1);
      this.#changedAt = now;
    }
  }
}

/** With 30 frames a second, 3.9 Mbit/s for 1280 × 720 and 8.7 for 1920 × 1080. */
const bitsPerPixel = 0.14;
const framesPerSecond = 30;
/** Below, nobody recognises anything; a small picture does not need more either. */
const kilobitsMin = 300;
const shareMin = 0.05;
const scarceShare = 0.75;
const scarceKilobits = 3000;
/** Of what the line carries: the rest is for what its user does. */
const shareOfLine = 0.8;
/** Milliseconds on the way that are no queue: a client that draws, a scheduler that was busy. */
const waitingMax = 60;
const slowedEvery = 300;
const raisedEvery = 500;
