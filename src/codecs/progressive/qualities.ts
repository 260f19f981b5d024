import { quantizationPresets, type Quantization } from "../remotefx/quantization.ts";
import type { ProgressiveQuantization } from "./messages.ts";
import type { BitsLeft } from "./passes.ts";

/** The quantization that the last pass reaches. */
export const finalQuantization: Quantization = quantizationPresets.fine;

/** The index that means that nothing is left out. */
export const fullQuality = 0xff;

/** What the passes leave out, coarsest first; behind the last comes full quality. Luma keeps more than colour. */
export const passQualities: readonly ProgressiveQuantization[] = [
  { quality: 25, y: left(0, 1, 2, 3, 4, 5), cb: left(1, 2, 3, 4, 5, 6), cr: left(1, 2, 3, 4, 5, 6) },
  { quality: 60, y: left(0, 0, 0, 1, 2, 3), cb: left(0, 0, 1, 2, 3, 4), cr: left(0, 0, 1, 2, 3, 4) },
];

/** Full quality, written out. */
export const nothingLeft: ProgressiveQuantization = {
  quality: 100,
  y: left(0, 0, 0, 0, 0, 0),
  cb: left(0, 0, 0, 0, 0, 0),
  cr: left(0, 0, 0, 0, 0, 0),
};

/** By index as in the stream; undefined when the table has none such. */
export function qualityAt(
  qualities: readonly ProgressiveQuantization[],
  index: number,
): ProgressiveQuantization | undefined {
  return index === fullQuality ? nothingLeft : qualities[index];
}

/** Bits for LL3, the other bands of level 3, those of level 2 and its diagonal, those of level 1 and its diagonal. */
function left(ll3: number, three: number, two: number, hh2: number, one: number, hh1: number): BitsLeft {
  return { ll3, hl3: three, lh3: three, hh3: three, hl2: two, lh2: two, hh2, hl1: one, lh1: one, hh1 };
}
