import type { Pixels } from "#base/pixels.ts";
import { readTileInto, tileSamples, writeTileInto } from "./colour.ts";
import { dequantize, quantize, sumDifferences, takeDifferences, type Quantization } from "./quantization.ts";
import type { Entropy } from "./rlgr.ts";
import { decodeRlgr } from "./rlgrDecoder.ts";
import { encodeRlgrInto, rlgrBytesMax } from "./rlgrEncoder.ts";
import { forwardWavelet, inverseWavelet } from "./wavelet.ts";

/** The three coded planes of a tile, one after the other in `data`. Lent: valid until the next tile is encoded. */
export interface EncodedTile {
  readonly data: Uint8Array;
  /** Index in `data` after the luma, blue-difference and red-difference streams; the first starts at `start`. */
  readonly start: number;
  readonly yEnd: number;
  readonly cbEnd: number;
  readonly crEnd: number;
}

export interface TileCoding {
  readonly entropy: Entropy;
  /** The same for all three planes. */
  readonly quantization: Quantization;
}

/** Encodes the 64×64 tile with its top left corner at (x, y) of `pixels`; what lies outside repeats the edge. */
export type EncodeTile = (pixels: Pixels, x: number, y: number, coding: TileCoding) => EncodedTile;

/** The readable encoder of tiles; it owns its buffers. */
export function referenceTileEncoder(): EncodeTile {
  const planes = new Int16Array(3 * tileSamples);
  const scratch = new Int16Array(tileSamples);
  const data = new Uint8Array(3 * rlgrBytesMax);
  const encodePlane = (index: number, coding: TileCoding, start: number): number => {
    const plane = planes.subarray(index * tileSamples, (index + 1) * tileSamples);
    forwardWavelet(plane, scratch);
    quantize(plane, coding.quantization);
    takeDifferences(plane);
    return encodeRlgrInto(data, start, coding.entropy, plane);
  };
  return (pixels, x, y, coding) => {
    readTileInto(planes, pixels, x, y);
    const yEnd = encodePlane(0, coding, 0);
    const cbEnd = encodePlane(1, coding, yEnd);
    const crEnd = encodePlane(2, coding, cbEnd);
    return { data, start: 0, yEnd, cbEnd, crEnd };
  };
}

/** One coded plane with its quantization. */
export interface CodedPlane {
  readonly bytes: Uint8Array;
  readonly quantization: Quantization;
}

/**
 * Decodes a tile (luma, blue difference, red difference) over the 64×64 picture `target`. Never fails: see
 * `decodeRlgr`.
 */
export function decodeTileInto(
  target: Pixels,
  entropy: Entropy,
  coded: readonly [CodedPlane, CodedPlane, CodedPlane],
): void {
  const planes = new Int16Array(3 * tileSamples);
  const scratch = new Int16Array(tileSamples);
  for (const [index, { bytes, quantization }] of coded.entries()) {
    const plane = planes.subarray(index * tileSamples, (index + 1) * tileSamples);
    decodeRlgr(entropy, bytes, plane);
    sumDifferences(plane);
    dequantize(plane, quantization);
    inverseWavelet(plane, scratch);
  }
  writeTileInto(target, planes);
}
