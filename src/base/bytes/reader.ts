import { DecodeError } from "./decodeError.ts";

/** Reads numbers and runs of bytes, in order; every read past the end is a DecodeError "truncated". */
export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  /** Where to put views of what is declared secret, in the order of reading; undefined: nobody asks. */
  readonly secrets: Uint8Array[] | undefined;
  offset: number;

  /** Reads `bytes` from `start` up to `end` (both in bytes); offsets in errors count from the start of `bytes`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, secrets?: Uint8Array[]) {
    this.bytes = bytes;
    this.secrets = secrets;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  #take(count: number): number {
    if (count <= this.#end - this.offset) {
      const at = this.offset;
      this.offset += count;
      return at;
    }
    throw new DecodeError({ is: "truncated", needBytes: count, haveBytes: this.remaining }, this.offset);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  u16le(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i16le(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  u16be(): number {
    return this.#view.getUint16(this.#take(2), false);
  }
  u32le(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32le(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  u32be(): number {
    return this.#view.getUint32(this.#take(4), false);
  }
  u64le(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** The next `count` bytes, lent: a view into the bytes being read. */
  take(count: number): Uint8Array {
    const at = this.#take(count);
    return this.bytes.subarray(at, at + count);
  }

  /** All that is left, lent. */
  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** A reader over the next `count` bytes, which this reader skips. */
  within(count: number): Reader {
    const at = this.#take(count);
    return new Reader(this.bytes, at, at + count, this.secrets);
  }

  /** Says that the bytes from `start` up to `end` are secret: for codecs written by hand; see `secret.ts`. */
  markSecret(start: number, end: number): void {
    this.secrets?.push(this.bytes.subarray(start, end));
  }

  /** Throws DecodeError "trailing" when something is left. */
  expectEnd(): void {
    if (this.remaining !== 0) throw new DecodeError({ is: "trailing", extraBytes: this.remaining }, this.offset);
  }
}
