import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { bytesPerPixel, valuesToPixels } from "../depth/depth.ts";
import type { InterleavedDepth } from "./encode.ts";

/**
 * Decodes an RLE_BITMAP_STREAM (MS-RDPBCGR 2.2.9.1.1.3.1.2.4) of a bitmap of `size` as sent, padding included. 8 bpp is
 * looked up in `palette` (768 bytes, red first). Bytes that end early, leave pixels over or write past the bitmap are a
 * DecodeError.
 */
export function decodeInterleaved(
  bytes: Uint8Array,
  size: Size,
  depth: InterleavedDepth,
  options: { readonly palette?: Uint8Array } = {},
): Pixels {
  const values = decompressInterleaved(bytes, size, depth);
  return valuesToPixels(values, size, depth, { rows: "bottomUp", ...options });
}

/** The pixels as numbers of `depth` bits, in the order of the wire: bottom row first (given). */
export function decompressInterleaved(bytes: Uint8Array, size: Size, depth: InterleavedDepth): Int32Array {
  const decompression = new Decompression(bytes, size, depth);
  return named("interleaved bitmap", "MS-RDPBCGR 2.2.9.1.1.3.1.2.4", () => decompression.run());
}

class Decompression {
  readonly #bytes: Uint8Array;
  readonly #values: Int32Array;
  readonly #width: number;
  readonly #pixelBytes: number;
  /** The next byte to read. */
  #at = 0;
  /** The next pixel to write. */
  #to = 0;
  #foreground: number;
  readonly #white: number;

  constructor(bytes: Uint8Array, size: Size, depth: InterleavedDepth) {
    this.#bytes = bytes;
    this.#values = new Int32Array(size.width * size.height);
    this.#width = size.width;
    this.#pixelBytes = bytesPerPixel(depth);
    this.#white = 2 ** depth - 1;
    this.#foreground = this.#white;
  }

  run(): Int32Array {
    let afterBackground = false;
    let firstRow = true;
    while (this.#at < this.#bytes.length) {
      // Two background runs in a row have a foreground pixel between them, but not across the end of the first row.
      if (firstRow && this.#width <= this.#to) {
        firstRow = false;
        afterBackground = false;
      }
      const start = this.#at;
      const header = this.#byte();
      const background = header < 0x20 || header === megaBackgroundRun;
      this.#order(header, start, firstRow, afterBackground);
      afterBackground = background;
    }
    if (this.#to !== this.#values.length) {
      throw new DecodeError(
        { is: "wrongValue", expected: `${this.#values.length} pixels`, got: this.#to },
        this.#bytes.length,
      );
    }
    return this.#values;
  }

  /** One order: the header at `start` is read already. */
  #order(header: number, start: number, firstRow: boolean, afterBackground: boolean): void {
    const kind = header < 0xc0 ? header >> 5 : header < 0xf0 ? header >> 4 : header;
    switch (kind) {
      case 0x0:
      case megaBackgroundRun:
        return this.#backgroundRun(this.#runLength(header, 31, 32), start, firstRow, afterBackground);
      case 0xc:
      case 0xf6:
      case 0x1:
      case 0xf1: {
        const count = kind === 0xc ? this.#runLength(header, 15, 16) : this.#runLength(header, 31, 32);
        if (kind === 0xc || kind === 0xf6) this.#foreground = this.#pixel();
        return this.#masked(count, start, firstRow, -1);
      }
      case 0xd:
      case 0xf7:
      case 0x2:
      case 0xf2: {
        const count = this.#imageLength(header, kind === 0xd ? 15 : 31);
        if (kind === 0xd || kind === 0xf7) this.#foreground = this.#pixel();
        return this.#image(count, start, firstRow);
      }
      case 0x3:
      case 0xf3: {
        const count = this.#runLength(header, 31, 32);
        const colour = this.#pixel();
        const to = this.#reserve(count, start);
        this.#values.fill(colour, to, to + count);
        return;
      }
      case 0x4:
      case 0xf4: {
        const count = this.#runLength(header, 31, 32);
        const to = this.#reserve(count, start);
        for (let index = to; index < to + count; index++) this.#values[index] = this.#pixel();
        return;
      }
      case 0xe:
      case 0xf8:
        return this.#ditheredRun(this.#runLength(header, 15, 16), start);
      case 0xf9:
        return this.#masked(8, start, firstRow, 0x03);
      case 0xfa:
        return this.#masked(8, start, firstRow, 0x05);
      case 0xfd:
        this.#values[this.#reserve(1, start)] = this.#white;
        return;
      case 0xfe:
        this.#values[this.#reserve(1, start)] = 0;
        return;
      default:
        throw new DecodeError({ is: "wrongValue", expected: "a known order", got: header }, start);
    }
  }

  #backgroundRun(count: number, start: number, firstRow: boolean, foregroundFirst: boolean): void {
    let to = this.#reserve(count, start);
    const end = to + count;
    const values = this.#values;
    if (firstRow) {
      if (foregroundFirst && to < end) values[to++] = this.#foreground;
      values.fill(0, to, end);
      return;
    }
    const width = this.#width;
    if (foregroundFirst && to < end) {
      values[to] = values[to - width]! ^ this.#foreground;
      to++;
    }
    for (; to < end; to++) values[to] = values[to - width]!;
  }

  /**
   * A bit of `mask` for each pixel, least significant first and again from there after 32: foreground or background.
   */
  #masked(count: number, start: number, firstRow: boolean, mask: number): void {
    const to = this.#reserve(count, start);
    const values = this.#values;
    for (let index = 0; index < count; index++) {
      const above = firstRow ? 0 : values[to + index - this.#width]!;
      values[to + index] = ((mask >> (index & 31)) & 1) === 1 ? above ^ this.#foreground : above;
    }
  }

  #image(count: number, start: number, firstRow: boolean): void {
    for (let left = count; 0 < left; left -= 8) this.#masked(Math.min(8, left), start, firstRow, this.#byte());
  }

  #ditheredRun(pairs: number, start: number): void {
    const first = this.#pixel();
    const second = this.#pixel();
    const to = this.#reserve(pairs * 2, start);
    for (let index = to; index < to + pairs * 2; index += 2) {
      this.#values[index] = first;
      this.#values[index + 1] = second;
    }
  }

  /** In the low bits of the header; zero there means a byte to which `bias` is added. A mega order has 16 bits. */
  #runLength(header: number, mask: number, bias: number): number {
    if (0xf0 <= header) return this.#word();
    const short = header & mask;
    return short === 0 ? this.#byte() + bias : short;
  }

  /** Of a foreground/background image: in the header in units of eight pixels, otherwise exactly. */
  #imageLength(header: number, mask: number): number {
    if (0xf0 <= header) return this.#word();
    const short = header & mask;
    return short === 0 ? this.#byte() + 1 : short * 8;
  }

  #byte(): number {
    return this.#take(1);
  }

  #word(): number {
    return this.#take(2);
  }

  #pixel(): number {
    return this.#take(this.#pixelBytes);
  }

  #take(count: number): number {
    const at = this.#at;
    if (!(count <= this.#bytes.length - at)) {
      throw new DecodeError({ is: "truncated", needBytes: count, haveBytes: this.#bytes.length - at }, at);
    }
    this.#at = at + count;
    let value = this.#bytes[at]!;
    if (1 < count) value |= this.#bytes[at + 1]! << 8;
    if (2 < count) value |= this.#bytes[at + 2]! << 16;
    return value;
  }

  /** The place of the next `count` pixels. */
  #reserve(count: number, start: number): number {
    const to = this.#to;
    const left = this.#values.length - to;
    if (!(count <= left)) throw new DecodeError({ is: "overLimit", limit: left, got: count, of: "pixels" }, start);
    this.#to = to + count;
    return to;
  }
}

const megaBackgroundRun = 0xf0;
