import { closeSync } from "node:fs";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";
import { connectedUnixSocket } from "./unixSocket.ts";

/** Sends datagrams to a Unix socket that somebody else listens at, and never waits. */
export class DatagramSender {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The whole of it or nothing. A listener that has been replaced since the last time is found again. Throws
   * SystemCallError: ENOENT, ECONNREFUSED, EACCES, EPROTOTYPE where the listener takes streams, EAGAIN when it does not
   * read, EMSGSIZE.
   */
  send(bytes: Uint8Array): void {
    const isNew = this.#descriptor === undefined;
    const descriptor = (this.#descriptor ??= connectedUnixSocket("datagram", this.#path));
    if (send(descriptor, bytes, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT) === bytes.length) return;
    const error = lastSystemCallError("send");
    if (error.code === "EAGAIN" || error.code === "EMSGSIZE") throw error;
    this.close();
    if (isNew) throw error;
    this.send(bytes);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

const send = libc.func("intptr send(int, void *, size_t, int)");

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
