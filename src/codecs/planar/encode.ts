import type { Pixels } from "#base/pixels.ts";
import { writeRow, writeUnchangedRow } from "./rle.ts";

export interface PlanarOptions {
  /** "bottomUp" in bitmap updates (MS-RDPBCGR 2.2.9.1.1.3.1.2.2), "topDown" in RDPGFX (MS-RDPEGFX 2.2.4). */
  readonly rows: "topDown" | "bottomUp";
  /** Sends the fourth byte of each pixel as alpha plane; otherwise there is none. */
  readonly keepAlpha?: boolean;
}

/** Encodes `pixels` without loss as an RDP6_BITMAP_STREAM (MS-RDPEGDI 2.2.2.5.1), given; raw where that is smaller. */
export function encodePlanar(pixels: Pixels, options: PlanarOptions): Uint8Array {
  const planes = options.keepAlpha === true ? 4 : 3;
  const count = pixels.width * pixels.height;
  const roomForPlane = count * 2 + 16;
  prepareScratch(pixels.width, roomForPlane * 4);
  const raw = rawSize(count, planes);
  const ends = encodePlanes(pixels, options, planes, roomForPlane);
  let size = 1;
  for (let plane = 0; plane < planes; plane++) size += ends[plane]! - plane * roomForPlane;
  if (raw <= size) return encodeRaw(pixels, options, planes);
  const bytes = new Uint8Array(size);
  bytes[0] = flags.runLength | (planes === 4 ? 0 : flags.noAlpha);
  let at = 1;
  // Scratch has the planes as bytes lie in a pixel, blue first; the stream wants alpha, red, green, blue.
  for (let plane = planes - 1; 0 <= plane; plane--) {
    bytes.set(encoded.subarray(plane * roomForPlane, ends[plane]), at);
    at += ends[plane]! - plane * roomForPlane;
  }
  return bytes;
}

/** The bits of FormatHeader, besides the level of colour loss in the lowest three. */
export const flags = { chromaSubsampling: 0x08, runLength: 0x10, noAlpha: 0x20 } as const;

/** A header, the planes, and a byte of padding, which only a raw stream has. */
function rawSize(count: number, planes: number): number {
  return 1 + count * planes + 1;
}

/** All planes row by row, so that a pixel is read once; gives where each plane ends in `encoded`. */
function encodePlanes(pixels: Pixels, options: PlanarOptions, planes: number, roomForPlane: number): Int32Array {
  const ends = Int32Array.from({ length: 4 }, (_, plane) => plane * roomForPlane);
  const { width, height } = pixels;
  const source = asWords(pixels);
  let above = -1;
  for (let row = 0; row < height; row++) {
    const y = options.rows === "topDown" ? row : height - 1 - row;
    const start = source.offset + y * source.stride;
    const changed = above < 0 ? splitFirst(source.words, start, width) : splitRow(source.words, start, above, width);
    for (let plane = 0; plane < planes; plane++) {
      const isChanged = ((changed >>> (plane * 8)) & 0xff) !== 0;
      ends[plane] = isChanged
        ? writeRow(rowOf[plane]!, width, encoded, ends[plane]!)
        : writeUnchangedRow(width, encoded, ends[plane]!);
    }
    above = start;
  }
  return ends;
}

/** The bytes of each pixel into the rows of the planes; gives all of them or-ed together. */
function splitFirst(words: Uint32Array, start: number, width: number): number {
  const [blue, green, red, alpha] = rowOf;
  let any = 0;
  for (let x = 0; x < width; x++) {
    const word = words[start + x]!;
    any |= word;
    blue![x] = word;
    green![x] = word >> 8;
    red![x] = word >> 16;
    alpha![x] = word >>> 24;
  }
  return any;
}

/**
 * The differences to the row above into the rows of the planes, folded so that small ones of either sign are small
 * numbers: 0, -1, 1, -2 … become 0, 1, 2, 3 …. Four bytes at a time in one word. Gives all of them or-ed together.
 */
function splitRow(words: Uint32Array, start: number, above: number, width: number): number {
  const [blue, green, red, alpha] = rowOf;
  let any = 0;
  for (let x = 0; x < width; x++) {
    const now = words[start + x]!;
    const before = words[above + x]!;
    let folded = 0;
    if (now !== before) {
      // The high bits are kept out of the subtraction, so that no byte borrows from its neighbour.
      const difference = ((now | 0x80808080) - (before & 0x7f7f7f7f)) ^ ((now ^ ~before) & 0x80808080);
      const negative = Math.imul((difference >>> 7) & 0x01010101, 0xff);
      folded = ((difference & 0x7f7f7f7f) << 1) ^ negative;
      any |= folded;
    }
    blue![x] = folded;
    green![x] = folded >> 8;
    red![x] = folded >> 16;
    alpha![x] = folded >>> 24;
  }
  return any;
}

function encodeRaw(pixels: Pixels, options: PlanarOptions, planes: number): Uint8Array {
  const { width, height, data } = pixels;
  const count = width * height;
  const bytes = new Uint8Array(rawSize(count, planes));
  bytes[0] = planes === 4 ? 0 : flags.noAlpha;
  for (let row = 0; row < height; row++) {
    const y = options.rows === "topDown" ? row : height - 1 - row;
    let from = pixels.offset + y * pixels.stride;
    const end = from + width * 4;
    for (let at = 1 + row * width; from < end; at++, from += 4) {
      for (let plane = 0; plane < planes; plane++) bytes[at + (planes - 1 - plane) * count] = data[from + plane]!;
    }
  }
  return bytes;
}

/** The pixels as words of four bytes; over the same memory where it is aligned, otherwise copied. */
function asWords(pixels: Pixels): { words: Uint32Array; offset: number; stride: number } {
  const { data, width, height } = pixels;
  if ((data.byteOffset + pixels.offset) % 4 === 0 && pixels.stride % 4 === 0) {
    const first = data.byteOffset + pixels.offset;
    const reach = height === 0 ? 0 : ((height - 1) * pixels.stride) / 4 + width;
    return { words: new Uint32Array(data.buffer, first, reach), offset: 0, stride: pixels.stride / 4 };
  }
  if (copied.length < width * height) copied = new Uint32Array(width * height);
  const bytes = new Uint8Array(copied.buffer);
  for (let y = 0; y < height; y++) {
    const from = pixels.offset + y * pixels.stride;
    bytes.set(data.subarray(from, from + width * 4), y * width * 4);
  }
  return { words: copied, offset: 0, stride: width };
}

function prepareScratch(width: number, room: number): void {
  if (rowOf[0]!.length < width) rowOf = Array.from({ length: 4 }, () => new Uint8Array(width));
  if (encoded.length < room) encoded = new Uint8Array(room);
}

/**
 * Kept between calls, and valid only during one: a row of each plane (blue, green, red, alpha), and what they become.
 */
let rowOf = Array.from({ length: 4 }, () => new Uint8Array(0));
let encoded = new Uint8Array(0);
let copied = new Uint32Array(0);
