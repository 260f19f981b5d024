import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";

/** One message as it stood on the wire. `bytes` is all of it; `payload` starts after the TPKT or fast-path header. */
export interface WireMessage {
  readonly is: "tpkt" | "fastPath";
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
}

/**
 * Cuts a byte stream into TPKT and fast-path messages, however it was fragmented; each byte is copied once at most.
 * Messages stay valid for ever: they are views into the chunks given, or bytes of their own.
 */
export class MessageSplitter {
  readonly #atMost: number;
  #chunks: Uint8Array[] = [];
  /** How many of `#chunks` are used up, and how much of the one after them. */
  #usedChunks = 0;
  #usedBytes = 0;
  #byteCount = 0;

  /** `atMost`: the longest message in bytes, header included. */
  constructor(options: { readonly atMost: number } = { atMost: limits.wireMessageBytes }) {
    this.#atMost = options.atMost;
  }

  /** Bytes received and not taken. Under `atMost` whenever `take` has answered undefined. */
  get bufferedBytes(): number {
    return this.#byteCount;
  }

  /** Appends what the stream brought; the splitter owns `chunk` from now on. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
  }

  /** The next whole message; undefined when more must come. Throws DecodeError for what is neither, or too long. */
  take(): WireMessage | undefined {
    if (this.#byteCount === 0) return undefined;
    const first = this.#peek(0);
    if (first === TPKT_VERSION) {
      if (this.#byteCount < TPKT_HEADER_BYTES) return undefined;
      const length = (this.#peek(2) << 8) | this.#peek(3);
      return this.#message("tpkt", length, TPKT_HEADER_BYTES);
    }
    if ((first & 3) !== FAST_PATH_ACTION)
      throw new DecodeError({ is: "wrongValue", expected: "TPKT (3) or fast-path (lowest bits 0)", got: first }, 0);
    if (this.#byteCount < 2) return undefined;
    const second = this.#peek(1);
    if ((second & 0x80) === 0) return this.#message("fastPath", second, 2);
    if (this.#byteCount < 3) return undefined;
    return this.#message("fastPath", ((second & 0x7f) << 8) | this.#peek(2), 3);
  }

  /** The next whole DER sequence, as CredSSP sends them before MCS; undefined when more must come. */
  takeDerSequence(): Uint8Array | undefined {
    if (this.#byteCount < 2) return undefined;
    const tag = this.#peek(0);
    if (tag !== DER_SEQUENCE) throw new DecodeError({ is: "wrongValue", expected: "a DER sequence (48)", got: tag }, 0);
    const short = this.#peek(1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (short === 0x80 || 3 < lengthBytes)
      throw new DecodeError({ is: "wrongValue", expected: "a DER length of at most 3 bytes", got: short }, 1);
    if (this.#byteCount < 2 + lengthBytes) return undefined;
    let length = lengthBytes === 0 ? short : 0;
    for (let index = 0; index < lengthBytes; index++) length = (length << 8) | this.#peek(2 + index);
    return this.#takeWhole(2 + lengthBytes + length, limits.credSspMessageBytes);
  }

  /** Everything that is left, for whoever speaks next on this stream (TLS, say). */
  takeRest(): Uint8Array {
    return this.#takeBytes(this.#byteCount);
  }

  #message(is: WireMessage["is"], length: number, headerBytes: number): WireMessage | undefined {
    if (length < headerBytes)
      throw new DecodeError({ is: "wrongValue", expected: `a length of at least ${headerBytes}`, got: length }, 0);
    const bytes = this.#takeWhole(length, this.#atMost);
    return bytes === undefined ? undefined : { is, bytes, payload: bytes.subarray(headerBytes) };
  }

  #takeWhole(length: number, atMost: number): Uint8Array | undefined {
    if (!(length <= atMost))
      throw new DecodeError({ is: "overLimit", limit: atMost, got: length, of: "message length" }, 0);
    return this.#byteCount < length ? undefined : this.#takeBytes(length);
  }

  #peek(offset: number): number {
    let index = this.#usedChunks;
    let at = this.#usedBytes + offset;
    while (this.#chunks[index]!.length <= at) at -= this.#chunks[index++]!.length;
    return this.#chunks[index]![at]!;
  }

  #takeBytes(length: number): Uint8Array {
    this.#byteCount -= length;
    const first = this.#chunks[this.#usedChunks];
    if (first !== undefined && length <= first.length - this.#usedBytes) {
      const view = first.subarray(this.#usedBytes, this.#usedBytes + length);
      this.#use(first, length);
      return view;
    }
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const chunk = this.#chunks[this.#usedChunks]!;
      const count = Math.min(length - filled, chunk.length - this.#usedBytes);
      bytes.set(chunk.subarray(this.#usedBytes, this.#usedBytes + count), filled);
      filled += count;
      this.#use(chunk, count);
    }
    return bytes;
  }

  #use(chunk: Uint8Array, count: number): void {
    this.#usedBytes += count;
    if (this.#usedBytes < chunk.length) return;
    this.#usedBytes = 0;
    this.#usedChunks++;
    // Used chunks are dropped in bulk, so that many tiny ones cost no shifting each.
    if (this.#usedChunks === this.#chunks.length || USED_CHUNKS_KEPT <= this.#usedChunks) {
      this.#chunks.splice(0, this.#usedChunks);
      this.#usedChunks = 0;
    }
  }
}

const TPKT_VERSION = 3;
const TPKT_HEADER_BYTES = 4;
const FAST_PATH_ACTION = 0;
const DER_SEQUENCE = 0x30;
const USED_CHUNKS_KEPT = 1024;
