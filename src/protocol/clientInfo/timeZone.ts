import type { ValueOf } from "#base/bytes/codec.ts";
import { i32le, u16le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Fixed } from "#base/bytes/text.ts";

/**
 * When a bias begins: TS_SYSTEMTIME. With year 0, `day` 1 … 5 is the first … last `dayOfWeek` (0 is Sunday) of the
 * month; month 0 means never.
 */
export const transitionTime = struct("TransitionTime", "MS-RDPBCGR 2.2.1.11.1.1.1.1.1", {
  year: u16le,
  month: u16le,
  dayOfWeek: u16le,
  day: u16le,
  hour: u16le,
  minute: u16le,
  second: u16le,
  milliseconds: u16le,
});

/** The client's time zone: TS_TIME_ZONE_INFORMATION. Biases in minutes; UTC is local time plus bias. */
export const timeZone = struct("TimeZone", "MS-RDPBCGR 2.2.1.11.1.1.1.1", {
  bias: i32le,
  standardName: utf16Fixed(64),
  standardDate: transitionTime,
  standardBias: i32le,
  daylightName: utf16Fixed(64),
  daylightDate: transitionTime,
  daylightBias: i32le,
});
export type TimeZone = ValueOf<typeof timeZone>;
