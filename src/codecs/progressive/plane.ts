import { forwardWavelet, inverseWavelet } from "../remotefx/wavelet.ts";
import { sumDifferences, type Quantization } from "../remotefx/quantization.ts";
import { decodeRlgr } from "../remotefx/rlgrDecoder.ts";
import { bandsOf, lowestBandStart, type BandLayout } from "./bands.ts";
import type { BitsLeft, ReceivedPlane } from "./passes.ts";
import { forwardReducedWavelet, inverseReducedWavelet } from "./reducedWavelet.ts";

/** Transforms the samples of a plane and quantizes them, in place. */
export function transformPlane(plane: Int16Array, scratch: Int16Array, coding: PlaneCoding): void {
  if (coding.layout === "plain") forwardWavelet(plane, scratch);
  else forwardReducedWavelet(plane, scratch);
  for (const { name, from, to } of bandsOf[coding.layout]) {
    const shift = coding.quantization[name] - 1;
    const half = 1 << (shift - 1);
    for (let at = from; at < to; at++) plane[at] = (plane[at]! + half) >> shift;
  }
}

export interface PlaneCoding {
  readonly layout: BandLayout;
  readonly quantization: Quantization;
}

/**
 * Takes a first pass into `received`, in place of what was there or (a difference tile) added to it. `left` says which
 * low bits are still to come. MS-RDPEGFX 3.2.8.1.
 */
export function receiveFirstPass(
  received: ReceivedPlane,
  bytes: Uint8Array,
  { layout, quantization }: PlaneCoding,
  options: { readonly left: BitsLeft; readonly isDifference: boolean },
): void {
  const { coefficients, signs } = received;
  signs.fill(0);
  decodeRlgr("rlgr1", bytes, signs);
  if (!options.isDifference) coefficients.fill(0);
  const values = signs.slice();
  sumDifferences(values, lowestBandStart(layout));
  for (const { name, from, to } of bandsOf[layout]) {
    const shift = quantization[name] + options.left[name] - 1;
    for (let at = from; at < to; at++) coefficients[at] = coefficients[at]! + (values[at]! << shift);
  }
}

/** The samples that `received` stands for, into `target`. */
export function samplesInto(
  target: Int16Array,
  scratch: Int16Array,
  { coefficients }: ReceivedPlane,
  layout: BandLayout,
): void {
  target.set(coefficients);
  if (layout === "plain") inverseWavelet(target, scratch);
  else inverseReducedWavelet(target, scratch);
}
