import { wallTime, type WallTime } from "#base/units.ts";

/**
 * A time in the past as people write it: "10:30" and "10:30:15" (the last time that it was so late), "2026-11-20",
 * "2026-11-20 10:30", "90s", "15m", "2h", "3d" (so long ago). By the clock and the zone of this host. undefined: it is
 * none of these.
 */
export function parsePastTime(text: string, now: WallTime): WallTime | undefined {
  const ago = /^(\d{1,6})(s|m|min|h|d)$/u.exec(text.trim());
  if (ago !== null) return wallTime(now - Number(ago[1]) * (unitLengths.get(ago[2] ?? "") ?? 0));
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/u.exec(text.trim());
  if (clock !== null)
    return lastTimeAt(
      clock.slice(1).map((part) => Number(part ?? 0)),
      now,
    );
  if (!/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/u.test(text.trim())) return undefined;
  // A date alone would be midnight in Greenwich.
  const at = Date.parse(text.trim().length === 10 ? `${text.trim()}T00:00` : text.trim().replace(" ", "T"));
  return Number.isNaN(at) ? undefined : wallTime(at);
}

/** "2026-11-20 21:15:00", by the zone of this host. */
export function dateAndTime(at: WallTime): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function lastTimeAt([hours = 0, minutes = 0, seconds = 0]: readonly number[], now: WallTime): WallTime | undefined {
  if (23 < hours || 59 < minutes || 59 < seconds) return undefined;
  const at = new Date(now);
  at.setHours(hours, minutes, seconds, 0);
  if (now < at.getTime()) at.setDate(at.getDate() - 1);
  return wallTime(at.getTime());
}

const unitLengths: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
