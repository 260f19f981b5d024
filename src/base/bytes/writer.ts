/**
 * Writes into a lent array whose length is known beforehand; writing past its end is our mistake and throws RangeError.
 */
export class Writer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #advance(count: number): number {
    const at = this.offset;
    this.offset += count;
    return at;
  }

  u8(value: number): void {
    this.#view.setUint8(this.#advance(1), value);
  }
  i8(value: number): void {
    this.#view.setInt8(this.#advance(1), value);
  }
  u16le(value: number): void {
    this.#view.setUint16(this.#advance(2), value, true);
  }
  i16le(value: number): void {
    this.#view.setInt16(this.#advance(2), value, true);
  }
  u16be(value: number): void {
    this.#view.setUint16(this.#advance(2), value, false);
  }
  u32le(value: number): void {
    this.#view.setUint32(this.#advance(4), value, true);
  }
  i32le(value: number): void {
    this.#view.setInt32(this.#advance(4), value, true);
  }
  u32be(value: number): void {
    this.#view.setUint32(this.#advance(4), value, false);
  }
  u64le(value: bigint): void {
    this.#view.setBigUint64(this.#advance(8), value, true);
  }
  put(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#advance(bytes.length));
  }
  zeros(count: number): void {
    const at = this.#advance(count);
    this.bytes.fill(0, at, at + count);
  }
}
