import { robustSlope, type Sample } from "./robustSlope.ts";

/** What makes the growth of one sort of thing worth a word. */
export interface GrowthRule {
  /** It has grown by at least this … */
  readonly least: number;
  /** … and by this share of what it was. */
  readonly leastShare: number;
}

/** A value that rises steadily and gives nothing back. Times in hours. */
export interface Growth {
  readonly perHour: number;
  /** 99 % of confidence. */
  readonly perHourLow: number;
  readonly perHourHigh: number;
  /** How probable it is that it rises at all, 0 … 1. */
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
  readonly hours: number;
  readonly samples: number;
  /** Until what is left is used up; absent: no limit is known. */
  readonly fullInHours?: number;
}

/**
 * Whether the samples (times in milliseconds) are a leak's: they rise without doubt over the whole time and still do at
 * its end, in many small steps and not in a few large ones, and never give much of it back. Programs that warm up, that
 * collect their garbage in waves, or in which somebody opens one thing after another, fail one of these.
 */
export function growthOf(samples: readonly Sample[], rule: GrowthRule, left?: number): Growth | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (samples.length < fewest || first === undefined || last === undefined) return undefined;
  // Nearly all end here, without the cost of a slope.
  if (last.value - first.value < Math.max(rule.least, rule.leastShare * first.value)) return undefined;
  const grown = last.value - first.value;
  if (!isSteady(samples, grown)) return undefined;
  const whole = robustSlope(samples);
  const recent = robustSlope(samples.slice(-Math.ceil(samples.length / 3)));
  if (whole === undefined || recent === undefined || !(0 < whole.low) || whole.rises < surely) return undefined;
  if (recent.slope < stillShare * whole.slope) return undefined;
  const perHour = whole.slope * hour;
  const fullInHours = left === undefined ? undefined : Math.max(0, left) / perHour;
  if (fullInHours !== undefined && farthest < fullInHours) return undefined;
  return {
    perHour,
    perHourLow: whole.low * hour,
    perHourHigh: whole.high * hour,
    confidence: whole.rises,
    from: first.value,
    to: last.value,
    hours: (last.at - first.at) / hour,
    samples: samples.length,
    ...(fullInHours === undefined ? {} : { fullInHours }),
  };
}

/** Middle values of some stretches of time, so that noise does not count, rise from one to the next. */
function isSteady(samples: readonly Sample[], grown: number): boolean {
  const middles = Array.from({ length: stretches }, (_, index) => {
    const from = Math.floor((index * samples.length) / stretches);
    return median(samples.slice(from, Math.floor(((index + 1) * samples.length) / stretches)));
  });
  const steps = middles.slice(1).map((value, index) => value - (middles[index] ?? 0));
  if (!steps.every((step) => 0 < step && step <= largestStep * grown)) return false;
  let highest = -Infinity;
  return samples.every(({ value }) => {
    highest = Math.max(highest, value);
    return highest - value <= mostGivenBack * grown;
  });
}

function median(samples: readonly Sample[]): number {
  const sorted = samples.map(({ value }) => value).toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Three quarters of an hour with a sample a minute. */
const fewest = 45;
const surely = 0.999;
/** The last third rises at least so fast, as a share of the whole. */
const stillShare = 0.8;
const mostGivenBack = 0.08;
const stretches = 10;
const largestStep = 0.25;
const hour = 3_600_000;
/** Two weeks: who is full later is nobody's trouble now. */
const farthest = 14 * 24;
