import { closeSync } from "node:fs";
import { libc } from "./libc.ts";
import { SystemCallError, lastSystemCallError } from "./systemCallError.ts";

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
    const descriptor = (this.#descriptor ??= connected(this.#path));
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

function connected(path: string): number {
  const pathBytes = Buffer.from(path);
  if (UNIX_PATH_BYTES_MAX < pathBytes.length) throw new SystemCallError("connect", "ENAMETOOLONG");
  const descriptor: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw lastSystemCallError("socket");
  const address = Buffer.alloc(2 + UNIX_PATH_BYTES_MAX + 1);
  address.writeUInt16LE(AF_UNIX);
  address.set(pathBytes, 2);
  if (connect(descriptor, address, 2 + pathBytes.length + 1) === 0) return descriptor;
  const error = lastSystemCallError("connect");
  closeSync(descriptor);
  throw error;
}

const socket = libc.func("int socket(int, int, int)");
const connect = libc.func("int connect(int, void *, uint)");
const send = libc.func("intptr send(int, void *, size_t, int)");

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Without the ending zero (unix(7)). */
const UNIX_PATH_BYTES_MAX = 107;
