/**
 * How coarsely each band of a plane is kept: 6 keeps whole levels, each step more halves the precision; 6 … 15. Named
 * by band and level as in TS_RFX_CODEC_QUANT, MS-RDPRFX 2.2.2.1.5.
 */
export interface Quantization {
  readonly ll3: number;
  readonly lh3: number;
  readonly hl3: number;
  readonly hh3: number;
  readonly lh2: number;
  readonly hl2: number;
  readonly hh2: number;
  readonly lh1: number;
  readonly hl1: number;
  readonly hh1: number;
}

/**
 * `fine`: as exact as the codec can be, for text. `normal`: what Windows uses, about half the bytes, for pictures.
 * `draft`: about half of those, for what will be another picture at once.
 */
export type QuantizationPreset = "fine" | "normal" | "draft";

export const quantizationPresets: Readonly<Record<QuantizationPreset, Quantization>> = {
  fine: { ll3: 6, lh3: 6, hl3: 6, hh3: 6, lh2: 6, hl2: 6, hh2: 6, lh1: 6, hl1: 6, hh1: 6 },
  normal: { ll3: 6, lh3: 6, hl3: 6, hh3: 6, lh2: 7, hl2: 7, hh2: 8, lh1: 8, hl1: 8, hh1: 9 },
  draft: { ll3: 6, lh3: 7, hl3: 7, hh3: 8, lh2: 8, hl2: 8, hh2: 9, lh1: 10, hl1: 10, hh1: 11 },
};

/** Divides each band of a transformed plane by its step, rounding to the nearest, in place. MS-RDPRFX 3.1.8.1.5. */
export function quantize(plane: Int16Array, quantization: Quantization): void {
  for (const [name, from, to] of bands) {
    // Samples have 5 fractional bits and the wavelet none to add, so quantum 6 drops exactly those.
    const shift = quantization[name] - 1;
    const half = 1 << (shift - 1);
    for (let at = from; at < to; at++) plane[at] = (plane[at]! + half) >> shift;
  }
}

/** The inverse of `quantize`, in place. Values that leave 16 bits wrap, as they do everywhere. MS-RDPRFX 3.1.8.2.3. */
export function dequantize(plane: Int16Array, quantization: Quantization): void {
  for (const [name, from, to] of bands) {
    const shift = quantization[name] - 1;
    for (let at = from; at < to; at++) plane[at] = plane[at]! << shift;
  }
}

/** By how many bits each band is divided, in the order of memory. */
export function quantizationShifts(quantization: Quantization): readonly number[] {
  return bands.map(([name]) => quantization[name] - 1);
}

/** Replaces the samples of LL3, which follow each other smoothly, by their differences. MS-RDPRFX 3.1.8.1.6. */
export function takeDifferences(plane: Int16Array, from = lowestBandStart): void {
  for (let at = plane.length - 1; from < at; at--) plane[at] = plane[at]! - plane[at - 1]!;
}

/** The inverse of `takeDifferences`. */
export function sumDifferences(plane: Int16Array, from = lowestBandStart): void {
  for (let at = from + 1; at < plane.length; at++) plane[at] = plane[at]! + plane[at - 1]!;
}

const lowestBandStart = 4032;
/** Name, first sample and the one after the last. */
const bands = [
  ["hl1", 0, 1024],
  ["lh1", 1024, 2048],
  ["hh1", 2048, 3072],
  ["hl2", 3072, 3328],
  ["lh2", 3328, 3584],
  ["hh2", 3584, 3840],
  ["hl3", 3840, 3904],
  ["lh3", 3904, 3968],
  ["hh3", 3968, 4032],
  ["ll3", 4032, 4096],
] as const;
