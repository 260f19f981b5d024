/**
 * Writes bits into a lent array, the highest of each byte first. Running over its end is our mistake and throws
 * RangeError.
 */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #word = 0;
  /** Bits waiting in `#word`, fewer than 8. */
  #waiting = 0;
  #at: number;

  /** Writes from byte `start` on. */
  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** The low `count` (0 … 24) bits of `value`, whose higher bits must be zero. */
  bits(count: number, value: number): void {
    let word = (this.#word << count) | value;
    let waiting = this.#waiting + count;
    while (8 <= waiting) {
      waiting -= 8;
      this.#bytes[this.#at++] = word >>> waiting;
    }
    word &= (1 << waiting) - 1;
    this.#word = word;
    this.#waiting = waiting;
  }

  /** `count` ones. */
  ones(count: number): void {
    for (; 16 < count; count -= 16) this.bits(16, 0xffff);
    this.bits(count, (1 << count) - 1);
  }

  /** Fills the last byte with zeros. */
  alignToByte(): void {
    if (0 < this.#waiting) this.bits(8 - this.#waiting, 0);
  }

  /** Fills the last byte with zeros; returns the index after it. */
  finish(): number {
    this.alignToByte();
    if (this.#bytes.length < this.#at) throw new RangeError(`${this.#at} bytes do not fit in ${this.#bytes.length}`);
    return this.#at;
  }
}
