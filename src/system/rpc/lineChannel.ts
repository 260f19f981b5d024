import type { Socket } from "node:net";
import { limits } from "#base/limits.ts";

export interface LineListener {
  /** One line of the peer, as JSON. Throw to end the channel: the error's message becomes the reason. */
  received(message: unknown): void;
  /** The channel has ended; nothing follows. Called once, never from inside a call of ours. */
  closed(why: string): void;
}

/**
 * JSON messages, a line each, over a stream socket; takes the socket over. Nothing throws: trouble ends the channel.
 */
export class LineChannel {
  readonly socket: Socket;
  readonly #listener: LineListener;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #why: string | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Socket, listener: LineListener) {
    this.socket = socket;
    this.#listener = listener;
    socket.on("data", (bytes: Buffer) => this.receiveBytes(bytes));
    socket.on("error", (error) => (this.#why ??= error.message));
    socket.on("end", () => (this.#why ??= "the other side closed the connection"));
    socket.on("close", () => listener.closed(this.#why ?? "the connection was closed"));
  }

  /** Bytes that were read from the socket by somebody else. */
  receiveBytes(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1 && !this.socket.destroyed; end = bytes.indexOf(newline, start)) {
      this.#unfinished.push(bytes.subarray(start, end));
      this.#unfinishedBytes += end - start;
      start = end + 1;
      this.#receiveLine();
    }
    if (start < bytes.length && !this.socket.destroyed) {
      // A copy, so that a few bytes do not keep the whole chunk.
      this.#unfinished.push(start === 0 ? bytes : Buffer.from(bytes.subarray(start)));
      this.#unfinishedBytes += bytes.length - start;
      if (!(this.#unfinishedBytes <= limits.contractLineBytes)) this.end(tooLong);
    }
  }

  /** Queues one message; a peer that leaves too much unread is let go. */
  send(message: object): void {
    if (!this.socket.writable) return;
    this.socket.write(line(message));
    if (!(this.socket.writableLength <= limits.contractQueueBytes)) {
      this.end(`the other side does not read: ${this.socket.writableLength} bytes are waiting for it`);
    }
  }

  /** Runs `write` when all that was sent before has left this process. */
  whenFlushed(write: () => void): void {
    this.#last = this.#last.then(async () => {
      while (this.socket.writable && this.socket.writableLength !== 0) {
        await new Promise<void>((resolve) => this.socket.write("", () => resolve()));
      }
      if (this.socket.writable) write();
    });
  }

  /** Ends at once; what is queued is lost. */
  end(why: string): void {
    this.#why ??= why;
    this.socket.destroy();
  }

  /**
   * Says nothing more, and ends when the peer has read what it was sent and closed its side, or after
   * `limits.contractFarewell`. Until then what the peer says is read: closing at once would make its next write fail,
   * and it would not read our last words.
   */
  finish(why: string): void {
    this.#why ??= why;
    this.#last = this.#last.then(() => void this.socket.end());
    setTimeout(() => this.socket.destroy(), limits.contractFarewell).unref();
  }

  #receiveLine(): void {
    const pieces = this.#unfinished;
    const bytes = this.#unfinishedBytes;
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    if (!(bytes <= limits.contractLineBytes)) return this.end(tooLong);
    try {
      const whole = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      this.#listener.received(JSON.parse(whole.toString("utf8")));
    } catch (error) {
      this.end(`a message could not be understood: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

export function line(message: object): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`, "utf8");
}

const newline = 0x0a;
const tooLong = `a line is longer than ${limits.contractLineBytes} bytes`;
