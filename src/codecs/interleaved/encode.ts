import type { Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { bytesPerPixel, fillValues, paddedWidth, type PixelDepth } from "../depth/depth.ts";
import { OrderWriter } from "./orderWriter.ts";

/** The depths for which bitmaps are compressed this way; 32 bpp has the planar codec. */
export type InterleavedDepth = Exclude<PixelDepth, 32>;

/**
 * Encodes `pixels` as an RLE_BITMAP_STREAM (MS-RDPBCGR 2.2.9.1.1.3.1.2.4), given. The bitmap sent is
 * `interleavedWidth(width)` wide. The result may be longer than the rows themselves (noise): then send `toDepth(pixels,
 * depth, { rows: "bottomUp", widthMultiple: 4 })` without compression.
 */
export function encodeInterleaved(pixels: Pixels, depth: InterleavedDepth): Uint8Array {
  const width = interleavedWidth(pixels.width);
  const count = width * pixels.height;
  const values = scratchValues(width + count);
  values.fill(0, 0, width);
  fillValues(values.subarray(width), pixels, depth, { rows: "bottomUp", widthMultiple: 4 });
  return compress(values, width, width + count, depth);
}

/** The same for pixels already numbers of `depth` bits, in the order of the wire: bottom row first. */
export function compressInterleaved(values: Int32Array, size: Size, depth: InterleavedDepth): Uint8Array {
  const count = size.width * size.height;
  const withRowAbove = scratchValues(size.width + count);
  withRowAbove.fill(0, 0, size.width);
  withRowAbove.set(values.subarray(0, count), size.width);
  return compress(withRowAbove, size.width, size.width + count, depth);
}

/** Bitmaps are sent in widths that are multiples of four. */
export function interleavedWidth(width: number): number {
  return paddedWidth(width, 4);
}

/** `values` starts with a row of zeros, which is what the first row is compared with. */
function compress(values: Int32Array, width: number, end: number, depth: InterleavedDepth): Uint8Array {
  const writer = new OrderWriter(end, bytesPerPixel(depth));
  const choice = new Choice(values, width, bytesPerPixel(depth));
  let foreground = 2 ** depth - 1;
  let afterBackground = false;
  let literalStart = width;
  for (let at = width; at < end;) {
    // Orders do not reach from the first row into the second: clients differ in what they compare with there.
    if (at === width * 2) afterBackground = false;
    const limit = Math.min(at < width * 2 ? width * 2 : end, at + longestOrder);
    const isLiteral = literalStart < at;
    choice.isLiteral = isLiteral;
    choice.afterBackground = afterBackground && !isLiteral;
    choice.make(at, Math.min(limit, end), foreground);
    if (choice.kind === "literal") {
      at++;
      continue;
    }
    writer.literal(values, literalStart, at);
    const { length } = choice;
    if (choice.kind === "background") writer.background(length);
    else if (choice.kind === "colour") writer.colour(length, values[at]!);
    else {
      const changed = choice.foreground === foreground ? undefined : choice.foreground;
      foreground = choice.foreground;
      if (choice.kind === "foreground") writer.foreground(length, changed);
      else writer.image(values, at, width, length, changed);
    }
    afterBackground = choice.kind === "background";
    at += length;
    literalStart = at;
  }
  writer.literal(values, literalStart, end);
  return writer.finish();
}

/** The cheapest next order, by bytes for each pixel. One object for a whole bitmap. */
class Choice {
  kind: "literal" | "background" | "foreground" | "colour" | "image" = "literal";
  /** In pixels. */
  length = 0;
  /** The foreground colour after a "foreground" or "image". */
  foreground = 0;
  /** Whether the pixels before this one wait to be written as they are. */
  isLiteral = false;
  /** Whether the last order was a background run. */
  afterBackground = false;
  #cost = 0;
  readonly #values: Int32Array;
  readonly #width: number;
  readonly #pixelBytes: number;

  constructor(values: Int32Array, width: number, pixelBytes: number) {
    this.#values = values;
    this.#width = width;
    this.#pixelBytes = pixelBytes;
  }

  make(at: number, limit: number, foreground: number): void {
    const values = this.#values;
    const difference = values[at]! ^ values[at - this.#width]!;
    this.kind = "literal";
    this.length = 1;
    this.#cost = this.#pixelBytes;
    if (difference !== 0 && difference !== foreground && this.#isLoneAt(at, limit, difference)) return;
    if (difference === 0) {
      if (!this.afterBackground) this.#offer("background", this.#sameDifference(at, limit), 0, foreground);
    } else {
      if (difference === foreground && this.afterBackground) {
        // A background run behind another one starts with one pixel of foreground, free of charge.
        const next = at + 1;
        const isMore = next < limit && values[next] === values[next - this.#width];
        this.#offer("background", 1 + (isMore ? this.#sameDifference(next, limit) : 0), 0, foreground);
      }
      const extra = difference === foreground ? 0 : this.#pixelBytes;
      this.#offer("foreground", this.#sameDifference(at, limit), extra, difference);
    }
    if (this.length < clearlyLong) {
      this.#offer("colour", this.#sameColour(at, limit), this.#pixelBytes, foreground);
      if (this.length < clearlyLong) this.#offerImage(at, limit, foreground);
    }
    // Breaking off a literal costs the header of the next one.
    const gain = this.length * this.#pixelBytes - this.#cost;
    if (gain < (this.isLiteral ? 2 : 1)) this.kind = "literal";
  }

  /** Whether nothing can begin at `at`, as the next pixel shows: the usual case in photographs. */
  #isLoneAt(at: number, limit: number, difference: number): boolean {
    const next = at + 1;
    if (limit <= next) return false;
    const nextDifference = this.#values[next]! ^ this.#values[next - this.#width]!;
    return nextDifference !== difference && nextDifference !== 0 && this.#values[next] !== this.#values[at];
  }

  #offer(kind: "background" | "foreground" | "colour", length: number, extra: number, foreground: number): void {
    const cost = extra + (length < 32 ? 1 : length < 288 ? 2 : 3);
    if (this.length * cost < length * this.#cost) this.#take(kind, length, cost, foreground);
  }

  #take(kind: Choice["kind"], length: number, cost: number, foreground: number): void {
    this.kind = kind;
    this.length = length;
    this.#cost = cost;
    this.foreground = foreground;
  }

  /** Pixels that differ from those above either not at all or all in the same way; up to where a run serves better. */
  #offerImage(at: number, limit: number, foreground: number): void {
    const values = this.#values;
    const width = this.#width;
    const stop = Math.min(limit, at + longestImage);
    let colour = 0;
    let previous = -1;
    let same = 0;
    let index = at;
    for (; index < stop; index++) {
      const difference = values[index]! ^ values[index - width]!;
      if (difference !== 0) {
        if (colour === 0) colour = difference;
        else if (difference !== colour) break;
      }
      same = difference === previous ? same + 1 : 1;
      previous = difference;
      if (same === clearlyLong) {
        index -= clearlyLong - 1;
        break;
      }
    }
    const length = index - at;
    if (length < 4 || colour === 0) return;
    const header = length % 8 === 0 && length < 128 ? 1 : 2;
    const cost = header + ((length + 7) >> 3) + (colour === foreground ? 0 : this.#pixelBytes);
    if (this.length * cost < length * this.#cost) this.#take("image", length, cost, colour);
  }

  /** How many pixels from `at` differ from those above in the way the first does. */
  #sameDifference(at: number, limit: number): number {
    const values = this.#values;
    const width = this.#width;
    const difference = values[at]! ^ values[at - width]!;
    let index = at + 1;
    while (index < limit && (values[index]! ^ values[index - width]!) === difference) index++;
    return index - at;
  }

  #sameColour(at: number, limit: number): number {
    const values = this.#values;
    const colour = values[at];
    let index = at + 1;
    while (index < limit && values[index] === colour) index++;
    return index - at;
  }
}

/** Kept between calls, and valid only during one. */
function scratchValues(count: number): Int32Array {
  if (scratch.length < count) scratch = new Int32Array(count);
  return scratch;
}

let scratch = new Int32Array(0);

/** Sixteen bits of length. */
const longestOrder = 0xffff;
/** What fits the short forms of a foreground/background image. */
const longestImage = 256;
/** A run of so many pixels is taken without looking at what else could be done. */
const clearlyLong = 16;
