import type { Socket } from "node:net";
import { concatBytes } from "#base/bytes/concatBytes.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Milliseconds } from "#base/units.ts";
import { recognize } from "./otherProtocol.ts";
import { ProbeFailed } from "./probeFailure.ts";
import type { ProbeStepName } from "./probeReport.ts";

/** What comes out of a socket, taken an answer at a time, each with its deadline. */
export class AnswerReader {
  readonly #socket: Socket;
  #bytes: Uint8Array = new Uint8Array(0);
  #isOver = false;
  #isReset = false;
  #wake: () => void = () => {};

  /** `socket`: plain, or TLS. */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#receive);
    socket.on("end", this.#end);
    socket.on("close", this.#end);
    socket.on("error", this.#fail);
  }

  /**
   * What `attempt` makes of the bytes so far, tried anew whenever more has come, until it is not undefined. Bytes that
   * it throws a DecodeError over, an end, and too long a silence are a ProbeFailed.
   */
  async take<T>(step: ProbeStepName, within: Milliseconds, attempt: (bytes: Uint8Array) => T | undefined): Promise<T> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, within);
    try {
      for (;;) {
        const taken = this.#attempt(step, attempt);
        if (taken !== undefined) return taken;
        const got = this.#bytes.length;
        if (this.#isOver) throw new ProbeFailed({ is: "closed", step, got, reset: this.#isReset });
        if (isLate) throw new ProbeFailed({ is: "silent", step, got, after: within });
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whoever speaks next on the socket listens himself. */
  release(): void {
    this.#socket.off("data", this.#receive);
  }

  #attempt<T>(step: ProbeStepName, attempt: (bytes: Uint8Array) => T | undefined): T | undefined {
    try {
      return attempt(this.#bytes);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const other = recognize(this.#bytes);
      if (other !== undefined) throw new ProbeFailed({ is: "otherProtocol", step, ...other });
      const start = Buffer.from(this.#bytes.subarray(0, shownBytes))
        .toString("hex")
        .replace(/..(?=.)/gu, "$& ");
      throw new ProbeFailed({ is: "garbage", step, start, problem: error.message });
    }
  }

  readonly #receive = (bytes: Uint8Array): void => {
    // More than any answer has is not kept: what was asked for has been found in it, or has not.
    if (this.#bytes.length < bytesMax) this.#bytes = concatBytes(this.#bytes, bytes);
    this.#wake();
  };

  readonly #end = (): void => {
    this.#isOver = true;
    this.#wake();
  };

  readonly #fail = (error: NodeJS.ErrnoException): void => {
    this.#isReset = error.code === "ECONNRESET";
    this.#end();
  };
}

const shownBytes = 16;
const bytesMax = 1 << 17;
