import { DecodeError } from "#base/bytes/decodeError.ts";

/** Puts a message together whose length was announced before its pieces arrive. Holds one message at a time. */
export class MessageAssembly {
  /** The announced length; undefined between messages. */
  #expected: number | undefined;
  #held = new Uint8Array(0);
  #count = 0;

  get active(): boolean {
    return this.#expected !== undefined;
  }

  /** Bytes reserved now: never more than twice what has really arrived, whatever length was announced. */
  get reservedBytes(): number {
    return this.#held.length;
  }

  get missingBytes(): number {
    return this.#expected === undefined ? 0 : this.#expected - this.#count;
  }

  /** Announces a message. Throws DecodeError when one is under way or `length` is over `atMost`. */
  begin(length: number, atMost: number): void {
    if (this.#expected !== undefined) {
      throw new DecodeError({ is: "wrongValue", expected: "the rest of a message", got: "the start of another" }, 0);
    }
    if (!(length <= atMost)) {
      throw new DecodeError({ is: "overLimit", limit: atMost, got: length, of: "message length" }, 0);
    }
    this.#expected = length;
    this.#count = 0;
  }

  /** Adds a piece (copied). Throws DecodeError when it is more than was announced, or nothing was. */
  add(piece: Uint8Array): void {
    if (this.#expected === undefined) {
      throw new DecodeError({ is: "wrongValue", expected: "the start of a message", got: "a later piece" }, 0);
    }
    const count = this.#count + piece.length;
    if (!(count <= this.#expected)) {
      throw new DecodeError({ is: "trailing", extraBytes: count - this.#expected }, 0);
    }
    if (this.#held.length < count) this.#grow(Math.min(this.#expected, Math.max(count * 2, 4096)));
    this.#held.set(piece, this.#count);
    this.#count = count;
  }

  /** The whole message, given; DecodeError when bytes are missing. */
  take(): Uint8Array {
    if (this.missingBytes !== 0) {
      throw new DecodeError({ is: "truncated", needBytes: this.#count + this.missingBytes, haveBytes: this.#count }, 0);
    }
    const whole = this.#held.subarray(0, this.#count);
    this.drop();
    return whole;
  }

  /** Forgets what is held. */
  drop(): void {
    this.#expected = undefined;
    this.#held = new Uint8Array(0);
    this.#count = 0;
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(bytes);
    larger.set(this.#held.subarray(0, this.#count));
    this.#held = larger;
  }
}
