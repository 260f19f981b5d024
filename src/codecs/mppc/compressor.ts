import { dialects, matchMin, packetFlags, type Dialect, type DistanceCode, type MppcType } from "./dialect.ts";

/** A packet that has become shorter, and the flags that go with it. */
export interface MppcPacket {
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/**
 * The sending end of RDP 4.0 and 5.0 bulk compression (MS-RDPBCGR 3.1.8, RFC 2118). Both ends remember what was sent,
 * so what is compressed must be sent, in order.
 */
export class MppcCompressor {
  readonly #dialect: Dialect;
  readonly #history: Uint8Array;
  /** By hash of three bytes, where they were last; what lies behind `#end` counts for nothing. */
  readonly #places = new Int32Array(1 << hashBits).fill(-1);
  /** Behind the last byte that both ends have. */
  #end = 0;
  #isFresh = true;

  constructor(type: MppcType) {
    this.#dialect = dialects[type];
    this.#history = new Uint8Array(this.#dialect.historyBytes);
  }

  /** The other end may have forgotten all. */
  restart(): void {
    this.#end = 0;
    this.#isFresh = true;
  }

  /**
   * undefined: it would not become shorter by as much as `gainMin`; then it is sent as it is, and nobody remembers it.
   */
  compress(data: Uint8Array, { gainMin }: { readonly gainMin: number } = { gainMin: 1 }): MppcPacket | undefined {
    if (data.length < matchMin || this.#history.length <= data.length) return undefined;
    // A run must not reach the last byte of the history, nor wrap around.
    const atFront = this.#history.length <= this.#end + data.length + 1;
    const start = atFront ? 0 : this.#end;
    this.#history.set(data, start);
    // Whatever becomes of it, the front is no longer what the other end has.
    this.#end = start;
    const bits = new Bits(data.length - gainMin);
    if (!this.#writeAll(bits, start, start + data.length)) return undefined;
    const flags =
      this.#dialect.type |
      packetFlags.compressed |
      (start === 0 ? packetFlags.atFront : 0) |
      (this.#isFresh ? packetFlags.flushed : 0);
    this.#end = start + data.length;
    this.#isFresh = false;
    return { flags, bytes: bits.finish() };
  }

  /** false: there was no room. */
  #writeAll(bits: Bits, start: number, end: number): boolean {
    for (let at = start; at < end;) {
      at += this.#writeNext(bits, at, end);
      if (bits.isFull || (hopeBytes < at - start && (at - start) * hopeMax < bits.length)) return false;
    }
    return true;
  }

  /** Writes a run or one byte, and gives how many bytes that were. */
  #writeNext(bits: Bits, at: number, end: number): number {
    const history = this.#history;
    const before = at + matchMin <= end ? this.#lookUp(at) : -1;
    const length = before < 0 ? 0 : lengthOfMatch(history, before, at, end);
    if (length < matchMin) {
      const byte = history[at]!;
      if (byte < 0x80) bits.put(byte, 8);
      else bits.put(0x100 | (byte & 0x7f), 9);
      return 1;
    }
    for (let index = at + 1; index < at + length && index + matchMin <= end; index++) this.#lookUp(index);
    writeDistance(bits, this.#dialect.distances, at - before);
    writeLength(bits, length);
    return length;
  }

  /** Where the same three bytes were last before `at`, and notes that they are here now; below 0: nowhere. */
  #lookUp(at: number): number {
    const history = this.#history;
    const three = history[at]! | (history[at + 1]! << 8) | (history[at + 2]! << 16);
    const hash = Math.imul(three, 0x9e3779b1) >>> (32 - hashBits);
    const before = this.#places[hash]!;
    this.#places[hash] = at;
    return before < at ? before : -1;
  }
}

function lengthOfMatch(history: Uint8Array, before: number, at: number, end: number): number {
  let length = 0;
  while (at + length < end && history[before + length] === history[at + length]) length++;
  return length;
}

function writeDistance(bits: Bits, codes: readonly DistanceCode[], distance: number): void {
  let kind = 0;
  while (kind + 1 < codes.length && codes[kind + 1]!.base <= distance) kind++;
  const code = codes[kind]!;
  bits.put(code.prefix, code.prefixBits);
  bits.put(distance - code.base, code.bits);
}

/** 3 is one bit; from 2^n on n - 1 ones, a zero, and n bits of the rest. */
function writeLength(bits: Bits, length: number): void {
  if (length === matchMin) return bits.put(0, 1);
  const count = 31 - Math.clz32(length);
  bits.put((1 << count) - 2, count);
  bits.put(length - (1 << count), count);
}

/** From the most significant bit down, into a room of its own. */
class Bits {
  readonly #bytes: Uint8Array;
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(Math.max(0, size));
  }

  /** Whole bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** More was put than there is room for. */
  get isFull(): boolean {
    return this.#bytes.length < this.#length + (0 < this.#count ? 1 : 0);
  }

  /** Up to 16 bits. */
  put(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (8 <= this.#count) {
      this.#count -= 8;
      this.#bytes[this.#length++] = this.#bits >>> this.#count;
    }
    this.#bits &= (1 << this.#count) - 1;
  }

  finish(): Uint8Array {
    if (0 < this.#count) this.put(0, 8 - this.#count);
    return this.#bytes.subarray(0, this.#length);
  }
}

const hashBits = 14;
/** What has not become shorter by a little after so many bytes never will: pictures. */
const hopeBytes = 2048;
const hopeMax = 0.95;
