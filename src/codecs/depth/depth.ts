import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { paletteIndexes } from "./palette.ts";

/**
 * Bits per pixel of a connection. 8 is by palette, 15 is 5-5-5, 16 is 5-6-5, 24 and 32 are blue, green, red (and 0xff).
 */
export type PixelDepth = 8 | 15 | 16 | 24 | 32;

/**
 * How rows lie in bytes. Bitmap updates want "bottomUp" and widths that are multiples of 4 (MS-RDPBCGR
 * 2.2.9.1.1.3.1.2.2).
 */
export interface RowLayout {
  readonly rows: "topDown" | "bottomUp";
  /** Rows are filled up to a multiple of so many pixels by repeating their last; 1 when absent. */
  readonly widthMultiple?: number;
}

/** The rows of `pixels` at `depth`, without gaps (given). The row is `paddedWidth(…) * bytesPerPixel(depth)` bytes. */
export function toDepth(pixels: Pixels, depth: PixelDepth, layout: RowLayout): Uint8Array {
  const width = paddedWidth(pixels.width, layout.widthMultiple);
  const values = new Int32Array(width * pixels.height);
  fillValues(values, pixels, depth, layout);
  return packValues(values, depth);
}

/**
 * The picture in rows of `size.width` pixels at `depth` (given). 8 bpp is looked up in `palette` (768 bytes, red
 * first). Too few or too many bytes are a DecodeError.
 */
export function fromDepth(
  bytes: Uint8Array,
  size: Size,
  depth: PixelDepth,
  layout: { readonly rows: RowLayout["rows"]; readonly palette?: Uint8Array },
): Pixels {
  const need = size.width * size.height * bytesPerPixel(depth);
  if (bytes.length < need) throw new DecodeError({ is: "truncated", needBytes: need, haveBytes: bytes.length }, 0);
  if (need < bytes.length) throw new DecodeError({ is: "trailing", extraBytes: bytes.length - need }, need);
  return valuesToPixels(unpackValues(bytes, depth), size, depth, layout);
}

export function bytesPerPixel(depth: PixelDepth): number {
  return (depth + 7) >> 3;
}

/** `width` filled up to a multiple of `multiple` pixels. */
export function paddedWidth(width: number, multiple = 1): number {
  return Math.ceil(width / multiple) * multiple;
}

/** Writes each pixel of `pixels` as one number of `depth` bits into the start of `values`, row after row. */
export function fillValues(values: Int32Array, pixels: Pixels, depth: PixelDepth, layout: RowLayout): void {
  const width = paddedWidth(pixels.width, layout.widthMultiple);
  for (let row = 0; row < pixels.height; row++) {
    const y = layout.rows === "topDown" ? row : pixels.height - 1 - row;
    const start = row * width;
    fillRow(values, start, pixels.data, pixels.offset + y * pixels.stride, pixels.width, depth);
    if (pixels.width < width && 0 < pixels.width) {
      values.fill(values[start + pixels.width - 1]!, start + pixels.width, start + width);
    }
  }
}

/** The inverse of `fillValues`, for rows of `size.width` numbers. */
export function valuesToPixels(
  values: Int32Array,
  size: Size,
  depth: PixelDepth,
  layout: { readonly rows: RowLayout["rows"]; readonly palette?: Uint8Array },
): Pixels {
  const pixels = newPixels(size);
  const colours = depth === 8 ? paletteColours(layout.palette) : undefined;
  for (let row = 0; row < size.height; row++) {
    const y = layout.rows === "topDown" ? row : size.height - 1 - row;
    let to = y * pixels.stride;
    for (let from = row * size.width; from < (row + 1) * size.width; from++, to += 4) {
      const colour = colours === undefined ? expand(values[from]!, depth) : colours[values[from]!]!;
      pixels.data[to] = colour;
      pixels.data[to + 1] = colour >> 8;
      pixels.data[to + 2] = colour >> 16;
      pixels.data[to + 3] = 0xff;
    }
  }
  return pixels;
}

/** The numbers as bytes, least significant first (given). */
export function packValues(values: Int32Array, depth: PixelDepth): Uint8Array {
  const each = bytesPerPixel(depth);
  const bytes = new Uint8Array(values.length * each);
  for (let index = 0, at = 0; index < values.length; index++, at += each) {
    const value = values[index]!;
    bytes[at] = value;
    if (each === 1) continue;
    bytes[at + 1] = value >> 8;
    if (each === 2) continue;
    bytes[at + 2] = value >> 16;
    if (each === 4) bytes[at + 3] = value >> 24;
  }
  return bytes;
}

/** The inverse of `packValues`; bytes short of a whole pixel are left out. */
export function unpackValues(bytes: Uint8Array, depth: PixelDepth): Int32Array {
  const each = bytesPerPixel(depth);
  const values = new Int32Array(Math.floor(bytes.length / each));
  for (let index = 0, at = 0; index < values.length; index++, at += each) {
    let value = bytes[at]!;
    if (1 < each) value |= bytes[at + 1]! << 8;
    if (2 < each) value |= bytes[at + 2]! << 16;
    if (3 < each) value |= bytes[at + 3]! << 24;
    values[index] = value;
  }
  return values;
}

function fillRow(
  values: Int32Array,
  at: number,
  data: Uint8Array,
  from: number,
  width: number,
  depth: PixelDepth,
): void {
  const end = at + width;
  switch (depth) {
    case 8: {
      const indexes = paletteIndexes();
      for (let s = from; at < end; at++, s += 4) {
        values[at] = indexes[((data[s + 2]! & 0xf8) << 7) | ((data[s + 1]! & 0xf8) << 2) | (data[s]! >> 3)]!;
      }
      return;
    }
    case 15:
      for (let s = from; at < end; at++, s += 4) {
        values[at] = ((data[s + 2]! & 0xf8) << 7) | ((data[s + 1]! & 0xf8) << 2) | (data[s]! >> 3);
      }
      return;
    case 16:
      for (let s = from; at < end; at++, s += 4) {
        values[at] = ((data[s + 2]! & 0xf8) << 8) | ((data[s + 1]! & 0xfc) << 3) | (data[s]! >> 3);
      }
      return;
    case 24:
      for (let s = from; at < end; at++, s += 4) values[at] = data[s]! | (data[s + 1]! << 8) | (data[s + 2]! << 16);
      return;
    case 32:
      for (let s = from; at < end; at++, s += 4) {
        values[at] = data[s]! | (data[s + 1]! << 8) | (data[s + 2]! << 16) | 0xff000000;
      }
  }
}

/** As red << 16 | green << 8 | blue; the high bits of a narrow colour are repeated below, so that white stays white. */
function expand(value: number, depth: PixelDepth): number {
  if (16 < depth) return value & 0xffffff;
  const green = depth === 16 ? (value >> 5) & 63 : (value >> 5) & 31;
  const red = (depth === 16 ? value >> 11 : value >> 10) & 31;
  const blue = value & 31;
  const green8 = depth === 16 ? (green << 2) | (green >> 4) : (green << 3) | (green >> 2);
  return (((red << 3) | (red >> 2)) << 16) | (green8 << 8) | (blue << 3) | (blue >> 2);
}

function paletteColours(palette: Uint8Array | undefined): Int32Array {
  if (palette?.length !== 768) throw new Error("8 bpp needs a palette of 768 bytes");
  return Int32Array.from(
    { length: 256 },
    (_, index) => (palette[index * 3]! << 16) | (palette[index * 3 + 1]! << 8) | palette[index * 3 + 2]!,
  );
}
