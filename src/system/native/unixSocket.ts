import { closeSync } from "node:fs";
import { libc } from "./libc.ts";
import { SystemCallError, lastSystemCallError } from "./systemCallError.ts";

/**
 * A non-blocking socket, closed on exec, connected to the Unix socket at a path; given. Throws SystemCallError: ENOENT,
 * ECONNREFUSED, EACCES, ENAMETOOLONG, EPROTOTYPE where the listener is of another kind, EAGAIN when its queue is full.
 */
export function connectedUnixSocket(kind: keyof typeof kinds, path: string): number {
  const pathBytes = Buffer.from(path);
  if (UNIX_PATH_BYTES_MAX < pathBytes.length) throw new SystemCallError("connect", "ENAMETOOLONG");
  const descriptor: number = socket(AF_UNIX, kinds[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw lastSystemCallError("socket");
  const address = Buffer.alloc(2 + UNIX_PATH_BYTES_MAX + 1);
  address.writeUInt16LE(AF_UNIX);
  address.set(pathBytes, 2);
  if (connect(descriptor, address, 2 + pathBytes.length + 1) === 0) return descriptor;
  const error = lastSystemCallError("connect");
  closeSync(descriptor);
  throw error;
}

/** Two connected, non-blocking stream sockets, closed on exec; given. */
export function unixSocketPair(): readonly [number, number] {
  const pair = Buffer.alloc(8);
  if (socketpair(AF_UNIX, kinds.stream | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) !== 0) {
    throw lastSystemCallError("socketpair");
  }
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
}

const socket = libc.func("int socket(int, int, int)");
const connect = libc.func("int connect(int, void *, uint)");
const socketpair = libc.func("int socketpair(int, int, int, void *)");

const kinds = { stream: 1, datagram: 2 } as const;
const AF_UNIX = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
/** Without the ending zero (unix(7)). */
const UNIX_PATH_BYTES_MAX = 107;
