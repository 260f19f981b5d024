import { BitReader } from "../remotefx/bitReader.ts";
import { BitWriter } from "../remotefx/bitWriter.ts";
import { takeDifferences, type Quantization } from "../remotefx/quantization.ts";
import { bandsOf, lowestBandStart, type BandLayout } from "./bands.ts";
import { SrlReader, SrlWriter } from "./srl.ts";

/** How many low bits of each band are left for later passes. */
export type BitsLeft = Quantization;

/** More bytes than the two streams of one upgraded plane ever take. */
export const upgradeBytesMax = 16_384;

/** The values that a first pass sends, into `target`: `plane` (quantized) without its low bits, LL3 as differences. */
export function firstPassInto(target: Int16Array, plane: Int16Array, layout: BandLayout, left: BitsLeft): void {
  for (const { name, from, to } of bandsOf[layout]) {
    const bits = left[name];
    for (let at = from; at < to; at++) {
      const value = plane[at]!;
      // Magnitudes lose their low bits, so that the sign is known as soon as anything is; LL3 has no such zero and is
      // floored.
      target[at] = name === "ll3" || 0 <= value ? value >> bits : -(-value >> bits);
    }
  }
  takeDifferences(target, lowestBandStart(layout));
}

/** What stays the same while a plane is upgraded from one number of left bits to a smaller one. */
export interface Upgrade {
  readonly layout: BandLayout;
  readonly before: BitsLeft;
  readonly after: BitsLeft;
}

/**
 * Writes the bits between two passes over `plane` (quantized): the SRL stream from `start` on, the raw one behind it.
 * Returns where each ends. `target` needs twice `upgradeBytesMax` behind `start`. MS-RDPEGFX 3.2.8.1.5.
 */
export function encodeUpgradeInto(
  target: Uint8Array,
  start: number,
  plane: Int16Array,
  { layout, before, after }: Upgrade,
): { readonly srlEnd: number; readonly rawEnd: number } {
  const srl = new SrlWriter(target, start);
  const rawStart = start + upgradeBytesMax;
  const raw = new BitWriter(target, rawStart);
  for (const { name, from, to } of bandsOf[layout]) {
    const bits = before[name] - after[name];
    if (bits === 0) continue;
    const mask = (1 << bits) - 1;
    for (let at = from; at < to; at++) {
      const value = plane[at]!;
      const magnitude = Math.abs(value);
      if (name === "ll3") raw.bits(bits, (value >> after[name]) & mask);
      else if (magnitude >> before[name] !== 0) raw.bits(bits, (magnitude >> after[name]) & mask);
      else srl.write(value < 0 ? -(magnitude >> after[name]) : magnitude >> after[name], bits);
    }
  }
  const srlEnd = srl.finish();
  const rawLength = raw.finish() - rawStart;
  target.copyWithin(srlEnd, rawStart, rawStart + rawLength);
  return { srlEnd, rawEnd: srlEnd + rawLength };
}

/**
 * A plane as the receiver knows it: coefficients (not quantized), and the sign of each that is not nothing any more.
 */
export interface ReceivedPlane {
  readonly coefficients: Int16Array;
  readonly signs: Int16Array;
}

/** Adds the bits of an upgrade; `quantization` is the tile's own. Streams that end early add zeros. */
export function decodeUpgradeInto(
  { coefficients, signs }: ReceivedPlane,
  streams: { readonly srl: Uint8Array; readonly raw: Uint8Array },
  { layout, before, after }: Upgrade,
  quantization: Quantization,
): void {
  const srl = new SrlReader(streams.srl);
  const raw = new BitReader(streams.raw);
  for (const { name, from, to } of bandsOf[layout]) {
    const bits = before[name] - after[name];
    if (bits === 0) continue;
    const shift = quantization[name] + after[name] - 1;
    for (let at = from; at < to; at++) {
      const sign = signs[at]!;
      let value: number;
      if (name === "ll3" || 0 < sign) value = raw.bits(bits);
      else if (sign < 0) value = -raw.bits(bits);
      else {
        value = srl.read(bits);
        signs[at] = value;
      }
      coefficients[at] = coefficients[at]! + (value << shift);
    }
  }
}
