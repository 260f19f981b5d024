export interface Sample {
  /** In any unit of time. */
  readonly at: number;
  readonly value: number;
}

/** How a value changes in a unit of time, told by the middle of many pairs, so that outliers do not count. */
export interface RobustSlope {
  readonly slope: number;
  /** Between these it lies with a probability of 99 %. */
  readonly low: number;
  readonly high: number;
  /** How probable it is that the value rises at all, 0 … 1, by Mann and Kendall. */
  readonly rises: number;
}

/**
 * The median of the slopes of all pairs (Theil 1950, Sen 1968), with Sen's interval of confidence. undefined: fewer
 * than three samples, or all at the same moment. Costs n² log n: for some hundred samples at most.
 */
export function robustSlope(samples: readonly Sample[]): RobustSlope | undefined {
  const slopes: number[] = [];
  let balance = 0;
  for (let late = 1; late < samples.length; late++) {
    for (let early = 0; early < late; early++) {
      const apart = samples[late]!.at - samples[early]!.at;
      if (apart === 0) continue;
      const slope = (samples[late]!.value - samples[early]!.value) / apart;
      slopes.push(slope);
      balance += Math.sign(slope);
    }
  }
  if (samples.length < 3 || slopes.length === 0) return undefined;
  const sorted = Float64Array.from(slopes).sort();
  const count = samples.length;
  const spread = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const outside = (slopes.length - at99 * spread) / 2;
  const last = slopes.length - 1;
  const pick = (index: number): number => sorted[Math.min(last, Math.max(0, Math.round(index)))] ?? 0;
  return {
    slope: (pick(Math.floor(last / 2)) + pick(Math.ceil(last / 2))) / 2,
    low: pick(outside - 1),
    high: pick(last - outside + 1),
    rises: normalShareBelow((balance - Math.sign(balance)) / spread),
  };
}

/** How much of a normal distribution lies below: Abramowitz and Stegun 26.2.17, exact to 7 digits. */
function normalShareBelow(deviations: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(deviations));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp(-(deviations ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return deviations < 0 ? above : 1 - above;
}

/** Deviations of a normal distribution that leave half a per cent on either side. */
const at99 = 2.576;
