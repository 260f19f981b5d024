/**
 * Writes the orders of an RLE_BITMAP_STREAM (MS-RDPBCGR 2.2.9.1.1.3.1.2.4), each with the shortest form of its length.
 */
export class OrderWriter {
  readonly #bytes: Uint8Array;
  readonly #pixelBytes: number;
  #at = 0;

  /** For at most `pixels` pixels: no order is longer than its pixels and one byte for each of them. */
  constructor(pixels: number, pixelBytes: number) {
    const most = pixels * (pixelBytes + 1) + 16;
    if (scratch.length < most) scratch = new Uint8Array(most);
    this.#bytes = scratch;
    this.#pixelBytes = pixelBytes;
  }

  /** What was written (given). */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  background(length: number): void {
    this.#run(0x00, 0xf0, length);
  }

  /** `changed`: the new foreground colour, undefined when it stays. */
  foreground(length: number, changed: number | undefined): void {
    if (changed === undefined) return this.#run(0x20, 0xf1, length);
    if (length < 16) this.#byte(0xc0 | length);
    else if (length < 272) this.#two(0xc0, length - 16);
    else this.#mega(0xf6, length);
    this.#pixel(changed);
  }

  colour(length: number, colour: number): void {
    this.#run(0x60, 0xf3, length);
    this.#pixel(colour);
  }

  /** The pixels of `values` from `start` up to `end` as they are; nothing when there are none. */
  literal(values: Int32Array, start: number, end: number): void {
    for (let from = start; from < end; from += 0xffff) {
      const to = Math.min(end, from + 0xffff);
      if (to - from === 1 && this.#single(values[from]!)) continue;
      this.#run(0x80, 0xf4, to - from);
      for (let index = from; index < to; index++) this.#pixel(values[index]!);
    }
  }

  /** A bit for each pixel: set where it differs from the one above. `length` is at most 256. */
  image(values: Int32Array, start: number, width: number, length: number, changed: number | undefined): void {
    const code = changed === undefined ? 0x40 : 0xd0;
    const units = length >> 3;
    if (length === 8 && changed === undefined) {
      const mask = maskOf(values, start, width, 8);
      if (mask === 0x03 || mask === 0x05) return this.#byte(mask === 0x03 ? 0xf9 : 0xfa);
    }
    if (length % 8 === 0 && units < (changed === undefined ? 32 : 16)) this.#byte(code | units);
    else this.#two(code, length - 1);
    if (changed !== undefined) this.#pixel(changed);
    for (let done = 0; done < length; done += 8) {
      this.#byte(maskOf(values, start + done, width, Math.min(8, length - done)));
    }
  }

  /** One pixel of black or white has an order of its own. */
  #single(colour: number): boolean {
    if (colour === 0) this.#byte(0xfe);
    // At 15 bpp clients disagree whether white sets the unused bit; a literal says what is meant.
    else if (this.#pixelBytes !== 2 && colour === 2 ** (this.#pixelBytes * 8) - 1) this.#byte(0xfd);
    else return false;
    return true;
  }

  #run(short: number, mega: number, length: number): void {
    if (length < 32) this.#byte(short | length);
    else if (length < 288) this.#two(short, length - 32);
    else this.#mega(mega, length);
  }

  #mega(code: number, length: number): void {
    this.#byte(code);
    this.#two(length & 0xff, length >> 8);
  }

  #two(first: number, second: number): void {
    this.#byte(first);
    this.#byte(second);
  }

  #byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  #pixel(value: number): void {
    this.#bytes[this.#at++] = value;
    if (1 < this.#pixelBytes) this.#bytes[this.#at++] = value >> 8;
    if (2 < this.#pixelBytes) this.#bytes[this.#at++] = value >> 16;
  }
}

function maskOf(values: Int32Array, start: number, width: number, count: number): number {
  let mask = 0;
  for (let bit = 0; bit < count; bit++) {
    if (values[start + bit] !== values[start + bit - width]) mask |= 1 << bit;
  }
  return mask;
}

/** Kept between calls, and valid only during one. */
let scratch = new Uint8Array(0);
