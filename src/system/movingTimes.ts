import { milliseconds, wallTime, type Milliseconds, type WallTime } from "#base/units.ts";
import type { Clock } from "./clock.ts";

/**
 * Times that move with the host's clock when it is set: what was ten minutes ago stays ten minutes ago, and nobody
 * loses a session to a clock that is put right. A host that has slept counts as one whose clock was set.
 */
export class MovingTimes {
  readonly #clock: Clock;
  readonly #offset: number;
  #moved = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.wallTime() - clock.now();
  }

  /** To be noted, and given to `told` when somebody asks for it. */
  now(): WallTime {
    return wallTime(Math.round(this.#clock.now() + this.#offset));
  }

  /** A noted time by the clock as it goes now. */
  told(noted: WallTime): WallTime {
    return wallTime(noted + this.moved);
  }

  /** By how much the clock has been set forward since the beginning; less than a second is not told. */
  get moved(): Milliseconds {
    const moved = Math.round(this.#clock.wallTime() - this.#clock.now() - this.#offset);
    // Two clocks are never read at the same moment: the same time is to be told in the same way each time.
    if (leastMove <= Math.abs(moved - this.#moved)) this.#moved = moved;
    return milliseconds(this.#moved);
  }
}

/** In milliseconds. */
const leastMove = 1000;
