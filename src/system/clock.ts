import { instant, wallTime, type Instant, type WallTime } from "#base/units.ts";

export interface Clock {
  /** For deadlines and durations; never goes back. */
  now(): Instant;
  /** For people and records. */
  wallTime(): WallTime;
}

export const systemClock: Clock = {
  now: () => instant(performance.now()),
  wallTime: () => wallTime(Date.now()),
};
