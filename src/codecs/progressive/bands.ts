import type { Quantization } from "../remotefx/quantization.ts";

/**
 * How the wavelet's bands share a plane's 4096 samples. "plain" is RemoteFX's (32, 16, 8 samples a side); "reduced"
 * extrapolates the right and bottom edge instead of repeating it, which leaves 33 low and 31 high samples at the first
 * level: neighbouring tiles then join without a seam. MS-RDPEGFX 3.2.8.1.2.
 */
export type BandLayout = "plain" | "reduced";

export interface Band {
  readonly name: keyof Quantization;
  /** The first sample, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** In the order of memory, which is the order in which they are coded; LL3 is last. */
export const bandsOf: Readonly<Record<BandLayout, readonly Band[]>> = {
  plain: bands([1024, 1024, 1024, 256, 256, 256, 64, 64, 64, 64]),
  reduced: bands([1023, 1023, 961, 272, 272, 256, 72, 72, 64, 81]),
};

/** The first sample of LL3. */
export function lowestBandStart(layout: BandLayout): number {
  return layout === "plain" ? 4032 : 4015;
}

function bands(sizes: readonly number[]): readonly Band[] {
  const names = ["hl1", "lh1", "hh1", "hl2", "lh2", "hh2", "hl3", "lh3", "hh3", "ll3"] as const;
  let from = 0;
  return names.map((name, index) => {
    const to = from + sizes[index]!;
    const band = { name, from, to };
    from = to;
    return band;
  });
}
