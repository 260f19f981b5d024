import { readSync } from "node:fs";

/** Reads lines from a descriptor, waiting with the whole process. */
export class LineInput {
  readonly #descriptor: number;
  #unfinished = Buffer.alloc(0);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The next line without its line feed; undefined at the end. Throws when it is longer than 64 KiB. */
  next(): string | undefined {
    for (;;) {
      const end = this.#unfinished.indexOf(LINE_FEED);
      if (end !== -1) {
        const line = this.#unfinished.toString("utf8", 0, end);
        this.#unfinished = this.#unfinished.subarray(end + 1);
        return line;
      }
      if (!(this.#unfinished.length < LINE_BYTES_MAX)) throw new Error("a line is too long");
      const chunk = Buffer.alloc(4096);
      const count = this.#read(chunk);
      if (count === 0) return undefined;
      this.#unfinished = Buffer.concat([this.#unfinished, chunk.subarray(0, count)]);
    }
  }

  #read(chunk: Buffer): number {
    for (;;) {
      try {
        return readSync(this.#descriptor, chunk);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
        // The other end made the pipe non-blocking.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }
}

const LINE_FEED = 0x0a;
const LINE_BYTES_MAX = 64 << 10;
