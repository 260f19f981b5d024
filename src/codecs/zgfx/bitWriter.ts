import { distanceTokens, literalTokens } from "./tokens.ts";

/** Writes tokens (MS-RDPEGFX 3.1.9.1.2) from the most significant bit down into an array of its own. */
export class BitWriter {
  readonly bytes: Uint8Array;
  /** Behind the last whole byte. */
  offset = 0;
  #bits = 0;
  #bitCount = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  restart(offset: number): void {
    this.offset = offset;
    this.#bits = 0;
    this.#bitCount = 0;
  }

  literal(byte: number): void {
    this.#put(literalCode[byte]!, literalBits[byte]!);
  }

  /** `source[start … end - 1]`, as literals or, where that is shorter, as a run of whole bytes. */
  literals(source: Uint8Array, start: number, end: number): void {
    for (let from = start; from < end; from += longestPlain) {
      const to = Math.min(end, from + longestPlain);
      if (this.#isPlainShorter(source, from, to)) this.#plain(source, from, to);
      else for (let at = from; at < to; at++) this.literal(source[at]!);
    }
  }

  match(distance: number, length: number): void {
    let kind = 0;
    while (kind + 1 < distanceBase.length && distanceBase[kind + 1]! <= distance) kind++;
    this.#put(distancePrefix[kind]!, distancePrefixBits[kind]!);
    this.#put(distance - distanceBase[kind]!, distanceValueBits[kind]!);
    if (length === 3) return this.#put(0, 1);
    const bits = 31 - Math.clz32(length);
    this.#put((1 << bits) - 2, bits);
    this.#put(length - (1 << bits), bits);
  }

  /** Fills the last byte up and says by how many bits. */
  finish(): void {
    const unused = (8 - this.#bitCount) & 7;
    this.#put(0, unused);
    this.bytes[this.offset++] = unused;
  }

  #isPlainShorter(source: Uint8Array, start: number, end: number): boolean {
    if (end - start < shortestPlain) return false;
    let bits = 0;
    for (let at = start; at < end; at++) bits += literalBits[source[at]!]!;
    return plainOverheadBits + (end - start) * 8 < bits;
  }

  /** Distance 0, a count, and from the next whole byte on the bytes themselves. */
  #plain(source: Uint8Array, start: number, end: number): void {
    this.#put(distancePrefix[0]! << 5, 10);
    this.#put(end - start, 15);
    this.#put(0, (8 - this.#bitCount) & 7);
    this.bytes.set(source.subarray(start, end), this.offset);
    this.offset += end - start;
  }

  /** At most 24 bits: with the seven that may be waiting they fit a word. */
  #put(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#bitCount += count;
    while (8 <= this.#bitCount) {
      this.#bitCount -= 8;
      this.bytes[this.offset++] = this.#bits >>> this.#bitCount;
    }
  }
}

const longestPlain = 0x7fff;
const plainOverheadBits = 10 + 15 + 7;
const shortestPlain = 33;

const literalCode = Uint16Array.from({ length: 256 }, (_, byte) => byte);
const literalBits = new Uint8Array(256).fill(9);
for (const token of literalTokens) {
  literalCode[token.base] = token.prefix;
  literalBits[token.base] = token.prefixBits;
}
const distanceBase = Int32Array.from(distanceTokens, (token) => token.base);
const distancePrefix = Uint16Array.from(distanceTokens, (token) => token.prefix);
const distancePrefixBits = Uint8Array.from(distanceTokens, (token) => token.prefixBits);
const distanceValueBits = Uint8Array.from(distanceTokens, (token) => token.valueBits);
