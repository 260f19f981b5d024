import { encode } from "#base/bytes/codec.ts";
import type { Pixels } from "#base/pixels.ts";
import { fillAycocg } from "../depth/aycocg.ts";
import { nscodecHeader, planeSizes } from "./bitmapStream.ts";
import { writePlane } from "./rle.ts";

export interface NscodecOptions {
  /** 1 to 7: bits dropped of the colour differences. At 1, the default, a colour is off by at most 3. */
  readonly colourLossLevel?: number;
  /** Sends the colour differences once for two by two pixels. */
  readonly subsampled?: boolean;
}

/** Encodes `pixels` as an NSCODEC_BITMAP_STREAM (MS-RDPNSC 2.2.2) without alpha plane (given). Top row first. */
export function encodeNscodec(pixels: Pixels, options: NscodecOptions = {}): Uint8Array {
  const colourLoss = options.colourLossLevel ?? 1;
  if (!(1 <= colourLoss && colourLoss <= 7)) throw new RangeError(`colour loss level ${colourLoss} is not 1 to 7`);
  const subsampled = options.subsampled ?? false;
  const { luma, chroma } = planeSizes(pixels, { subsampled });
  const full = luma.width * luma.height;
  prepareScratch(full);
  fillAycocg({ ...planes, lumaStride: luma.width, colourLoss }, pixels);
  if (subsampled) {
    averageInPlace(planes.orange, luma.width, luma.height);
    averageInPlace(planes.green, luma.width, luma.height);
  }
  const quarter = chroma.width * chroma.height;
  const lumaEnd = appendPlane(planes.luma, full, 0);
  const orangeEnd = appendPlane(planes.orange, quarter, lumaEnd);
  const end = appendPlane(planes.green, quarter, orangeEnd);
  const header = encode(nscodecHeader, {
    lumaByteCount: lumaEnd,
    orangeByteCount: orangeEnd - lumaEnd,
    greenByteCount: end - orangeEnd,
    alphaByteCount: 0,
    colourLossLevel: colourLoss,
    chromaSubsamplingLevel: subsampled ? 1 : 0,
  });
  const bytes = new Uint8Array(header.length + end);
  bytes.set(header);
  bytes.set(encoded.subarray(0, end), header.length);
  return bytes;
}

/** As runs, or as it is where that is not shorter; gives the end in `encoded`. */
function appendPlane(plane: Uint8Array, count: number, at: number): number {
  const end = writePlane(plane, count, encoded, at);
  if (0 <= end) return end;
  encoded.set(plane.subarray(0, count), at);
  return at + count;
}

/** Each two by two values become their mean, at the front of the same array; an odd last row counts twice. */
function averageInPlace(bytes: Uint8Array, width: number, height: number): void {
  const values = new Int8Array(bytes.buffer);
  let to = 0;
  for (let row = 0; row < height; row += 2) {
    const upper = row * width;
    const lower = Math.min(row + 1, height - 1) * width;
    for (let x = 0; x < width; x += 2, to++) {
      const sum = values[upper + x]! + values[upper + x + 1]! + values[lower + x]! + values[lower + x + 1]!;
      values[to] = sum >> 2;
    }
  }
}

function prepareScratch(count: number): void {
  if (count <= planes.luma.length) return;
  planes = { luma: new Uint8Array(count), orange: new Uint8Array(count), green: new Uint8Array(count) };
  encoded = new Uint8Array(count * 3);
}

/** Kept between calls, and valid only during one. */
let planes = { luma: new Uint8Array(0), orange: new Uint8Array(0), green: new Uint8Array(0) };
let encoded = new Uint8Array(0);
