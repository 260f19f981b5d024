import type { Branded } from "./ids.ts";

/** A length of time. */
export type Milliseconds = Branded<number, "Milliseconds">;
/** A point on a clock that only goes forward, in milliseconds since an unknown start: for deadlines and durations. */
export type Instant = Branded<number, "Instant">;
/** Milliseconds since 1970-01-01 UTC: for people and for records. */
export type WallTime = Branded<number, "WallTime">;

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => (value * 1000) as Milliseconds;
export const minutes = (value: number): Milliseconds => (value * 60_000) as Milliseconds;
export const instant = (value: number): Instant => value as Instant;
export const wallTime = (value: number): WallTime => value as WallTime;
export const after = (start: Instant, duration: Milliseconds): Instant => (start + duration) as Instant;
export const between = (start: Instant, end: Instant): Milliseconds => (end - start) as Milliseconds;
