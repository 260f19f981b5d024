import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { limits } from "#base/limits.ts";
import {
  distanceTokens,
  historyBytes,
  literalTokens,
  manySegments,
  segmentBytesMax,
  segmentCompressed,
  segmentType,
  segmentTypeMask,
  singleSegment,
} from "./tokens.ts";

/**
 * The receiving end of RDP 8.0 bulk compression (MS-RDPEGFX 2.2.5, 3.1.9.1). Messages must come in the order in which
 * they were compressed; after a DecodeError the history is not usable any more.
 */
export class ZgfxDecompressor {
  readonly #history = new Uint8Array(historyBytes);
  /** Where the next byte goes. */
  #historyAt = 0;
  #output = new Uint8Array(0);
  #outputAt = 0;

  /** The message inside an RDP_SEGMENTED_DATA (given). */
  decompress(bytes: Uint8Array): Uint8Array {
    return named("segmented data", "MS-RDPEGFX 2.2.5", () => this.#message(bytes));
  }

  #message(bytes: Uint8Array): Uint8Array {
    const reader = new Reader(bytes);
    const descriptor = reader.u8();
    this.#outputAt = 0;
    if (descriptor === singleSegment) {
      this.#prepare(segmentBytesMax);
      this.#segment(reader.rest(), 1);
      return this.#output.slice(0, this.#outputAt);
    }
    if (descriptor !== manySegments) {
      throw new DecodeError({ is: "wrongValue", expected: "0xe0 or 0xe1", got: descriptor }, 0);
    }
    const count = reader.u16le();
    const size = reader.u32le();
    const limit = Math.min(limits.decompressedMessageBytes, count * segmentBytesMax);
    if (limit < size) throw new DecodeError({ is: "overLimit", limit, got: size, of: "uncompressed size" }, 3);
    if (reader.remaining < count * 5) {
      throw new DecodeError({ is: "truncated", needBytes: count * 5, haveBytes: reader.remaining }, reader.offset);
    }
    this.#prepare(size);
    for (let index = 0; index < count; index++) {
      const length = reader.u32le();
      const start = reader.offset;
      this.#segment(reader.take(length), start);
    }
    reader.expectEnd();
    if (this.#outputAt !== size) {
      throw new DecodeError({ is: "wrongValue", expected: `${size} bytes`, got: this.#outputAt }, 3);
    }
    return this.#output.slice(0, size);
  }

  #prepare(size: number): void {
    if (this.#output.length < size) this.#output = new Uint8Array(size);
  }

  /** One RDP8_BULK_ENCODED_DATA, which starts at `start` of the message. */
  #segment(bytes: Uint8Array, start: number): void {
    const limit = Math.min(this.#output.length, this.#outputAt + segmentBytesMax);
    const header = bytes.length === 0 ? truncated(1, 0, start) : bytes[0]!;
    if ((header & segmentTypeMask) !== segmentType) {
      throw new DecodeError({ is: "wrongValue", expected: "compression type 4", got: header }, start);
    }
    if ((header & segmentCompressed) !== 0) return this.#compressed(bytes, start, limit);
    this.#copy(bytes, 1, bytes.length - 1, start, limit);
  }

  #compressed(bytes: Uint8Array, start: number, limit: number): void {
    if (bytes.length < 2) truncated(2, bytes.length, start);
    const bits = new BitReader(bytes, start);
    while (0 < bits.remaining) {
      const token = prefixes[bits.peekPrefix()]!;
      if (token === noToken) throw new DecodeError({ is: "wrongValue", expected: "a token", got: "none" }, bits.offset);
      bits.skip(prefixBits[token]!);
      const value = bases[token]! + bits.take(valueBits[token]!);
      if (isLiteral[token] === 1) this.#put(value, bits.offset, limit);
      else if (value !== 0) this.#match(value, bits.takeLength(), bits.offset, limit);
      else {
        const count = bits.take(15);
        this.#copy(bytes, bits.skipBytes(count), count, start, limit);
      }
    }
  }

  #put(value: number, at: number, limit: number): void {
    if (limit <= this.#outputAt) overflow(1, 0, at);
    this.#output[this.#outputAt++] = value;
    this.#history[this.#historyAt++] = value;
    if (this.#historyAt === historyBytes) this.#historyAt = 0;
  }

  /** A match may reach into what it writes itself, which repeats it. */
  #match(distance: number, count: number, at: number, limit: number): void {
    if (historyBytes < distance) {
      throw new DecodeError({ is: "overLimit", limit: historyBytes, got: distance, of: "distance" }, at);
    }
    if (limit - this.#outputAt < count) overflow(count, limit - this.#outputAt, at);
    const history = this.#history;
    const output = this.#output;
    let to = this.#historyAt;
    let from = to - distance;
    if (from < 0) from += historyBytes;
    let outputAt = this.#outputAt;
    for (const end = outputAt + count; outputAt < end; outputAt++) {
      const value = history[from]!;
      history[to] = value;
      output[outputAt] = value;
      if (++from === historyBytes) from = 0;
      if (++to === historyBytes) to = 0;
    }
    this.#historyAt = to;
    this.#outputAt = outputAt;
  }

  #copy(bytes: Uint8Array, from: number, count: number, start: number, limit: number): void {
    if (limit - this.#outputAt < count) overflow(count, limit - this.#outputAt, start + from);
    this.#output.set(bytes.subarray(from, from + count), this.#outputAt);
    this.#outputAt += count;
    const first = Math.min(count, historyBytes - this.#historyAt);
    this.#history.set(bytes.subarray(from, from + first), this.#historyAt);
    this.#history.set(bytes.subarray(from + first, from + count), 0);
    this.#historyAt = (this.#historyAt + count) % historyBytes;
  }
}

/**
 * Bits from the most significant down, between the header of a segment and its last byte, which says how many are not
 * used.
 */
class BitReader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #at = 8;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#start = start;
    const unused = bytes[bytes.length - 1]!;
    this.#end = (bytes.length - 1) * 8 - unused;
    if (7 < unused || this.#end < this.#at) {
      throw new DecodeError({ is: "overLimit", limit: 7, got: unused, of: "unused bits" }, start + bytes.length - 1);
    }
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  /** In bytes from the start of the message. */
  get offset(): number {
    return this.#start + (this.#at >> 3);
  }

  peekPrefix(): number {
    return this.#peek(longestPrefix);
  }

  skip(count: number): void {
    if (this.#end - this.#at < count) truncated((count + 7) >> 3, this.remaining >> 3, this.offset);
    this.#at += count;
  }

  /** At most 25 bits. */
  take(count: number): number {
    if (count === 0) return 0;
    const value = this.#peek(count);
    this.skip(count);
    return value;
  }

  /** Of a match: a bit 0 for three, otherwise as many ones as make the power of two, and the bits below it. */
  takeLength(): number {
    if (this.take(1) === 0) return 3;
    let bits = 2;
    while (this.take(1) === 1) bits++;
    if (15 < bits) throw new DecodeError({ is: "overLimit", limit: 15, got: bits, of: "length bits" }, this.offset);
    return (1 << bits) + this.take(bits);
  }

  /** Steps to the next whole byte and over `count` bytes; gives where they start in the segment. */
  skipBytes(count: number): number {
    this.#at = (this.#at + 7) & ~7;
    const from = this.#at >> 3;
    this.skip(count * 8);
    return from;
  }

  /** Bits past the end read as zeros; `skip` refuses them. */
  #peek(count: number): number {
    const at = this.#at >> 3;
    const bytes = this.#bytes;
    const word =
      (byte(bytes, at) << 24) | (byte(bytes, at + 1) << 16) | (byte(bytes, at + 2) << 8) | byte(bytes, at + 3);
    return (word << (this.#at & 7)) >>> (32 - count);
  }
}

function byte(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? bytes[at]! : 0;
}

function truncated(needBytes: number, haveBytes: number, at: number): never {
  throw new DecodeError({ is: "truncated", needBytes, haveBytes }, at);
}

function overflow(got: number, limit: number, at: number): never {
  throw new DecodeError({ is: "overLimit", limit, got, of: "segment" }, at);
}

/** The token table by the next nine bits. */
const longestPrefix = 9;
const noToken = 0xff;
const allTokens = [{ prefix: 0, prefixBits: 1, valueBits: 8, base: 0 }, ...literalTokens, ...distanceTokens];
const prefixBits = Uint8Array.from(allTokens, (token) => token.prefixBits);
const valueBits = Uint8Array.from(allTokens, (token) => token.valueBits);
const bases = Uint32Array.from(allTokens, (token) => token.base);
const isLiteral = Uint8Array.from(allTokens, (_, index) => (index <= literalTokens.length ? 1 : 0));
const prefixes = new Uint8Array(1 << longestPrefix).fill(noToken);
for (const [index, token] of allTokens.entries()) {
  const shift = longestPrefix - token.prefixBits;
  prefixes.fill(index, token.prefix << shift, (token.prefix + 1) << shift);
}
