/** The RC4 key stream, from a key of 1 to 256 bytes. Broken as a cipher; NTLM and Standard RDP Security need it. */
export class Rc4 {
  readonly #box = new Uint8Array(256);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    if (!(0 < key.length && key.length <= 256))
      throw new RangeError(`an RC4 key has 1 to 256 bytes, got ${key.length}`);
    const box = this.#box;
    for (let index = 0; index < 256; index++) box[index] = index;
    let j = 0;
    for (let index = 0; index < 256; index++) {
      const swapped = box[index]!;
      j = (j + swapped + key[index % key.length]!) & 0xff;
      box[index] = box[j]!;
      box[j] = swapped;
    }
  }

  /** Another one at the same place of the key stream. */
  clone(): Rc4 {
    const copy = new Rc4(anyKey);
    copy.#box.set(this.#box);
    copy.#i = this.#i;
    copy.#j = this.#j;
    return copy;
  }

  /** Encrypts or decrypts: the next `bytes.length` bytes of the key stream are used up; a new array, given. */
  apply(bytes: Uint8Array): Uint8Array {
    const out = Uint8Array.from(bytes);
    this.applyInPlace(out);
    return out;
  }

  /** As apply(), over the array itself. */
  applyInPlace(bytes: Uint8Array): void {
    const box = this.#box;
    let i = this.#i;
    let j = this.#j;
    for (let index = 0; index < bytes.length; index++) {
      i = (i + 1) & 0xff;
      const a = box[i]!;
      j = (j + a) & 0xff;
      const b = box[j]!;
      box[i] = b;
      box[j] = a;
      bytes[index]! ^= box[(a + b) & 0xff]!;
    }
    this.#i = i;
    this.#j = j;
  }
}

const anyKey = Uint8Array.of(0);
