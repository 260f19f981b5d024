/** Reads bits, the highest of each byte first. Past the end it reads zeros and says so in `isOverrun`. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** In bits. */
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** In bits; never negative. */
  get remaining(): number {
    return Math.max(0, this.#bytes.length * 8 - this.#at);
  }

  get isOverrun(): boolean {
    return this.#bytes.length * 8 < this.#at;
  }

  /** The next `count` (0 … 24) bits as a number. */
  bits(count: number): number {
    const index = this.#at >> 3;
    const bytes = this.#bytes;
    const word =
      ((bytes[index] ?? 0) << 24) |
      ((bytes[index + 1] ?? 0) << 16) |
      ((bytes[index + 2] ?? 0) << 8) |
      (bytes[index + 3] ?? 0);
    const value = count === 0 ? 0 : (word << (this.#at & 7)) >>> (32 - count);
    this.#at += count;
    return value;
  }

  /** How many ones come before the next zero, which is read too. */
  countOnes(): number {
    return this.#countUntil(0, 0xff);
  }

  /** How many zeros come before the next one, which is read too. */
  countZeros(): number {
    return this.#countUntil(1, 0x00);
  }

  #countUntil(stop: number, wholeByte: number): number {
    const end = this.#bytes.length * 8;
    let count = 0;
    while (this.#at < end) {
      if ((this.#at & 7) === 0 && this.#bytes[this.#at >> 3] === wholeByte) {
        this.#at += 8;
        count += 8;
        continue;
      }
      const bit = (this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1;
      this.#at++;
      if (bit === stop) return count;
      count++;
    }
    // The stopping bit is missing.
    this.#at = end + 1;
    return count;
  }
}
