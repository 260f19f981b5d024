import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/** Another descriptor of the same open file, for the caller to close. Programs that are started do not get it. */
export function duplicateDescriptor(descriptor: number): number {
  const duplicate: number = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) throw lastSystemCallError("fcntl");
  return duplicate;
}

/**
 * Bytes that whoever is not root can still take on the file system of an open file; Infinity where it counts none
 * (statfs(2), of 64-bit Linux). Throws SystemCallError.
 */
export function bytesAvailable(descriptor: number): number {
  const facts = Buffer.alloc(STATFS_BYTES);
  if (fstatfs(descriptor, facts) !== 0) throw lastSystemCallError("fstatfs");
  const [blockBytes, blocks, available] = [8, 16, 32].map((at) => Number(facts.readBigUInt64LE(at)));
  return blocks === 0 ? Infinity : (blockBytes ?? 0) * (available ?? 0);
}

const fcntl = libc.func("int fcntl(int, int, int)");
const fstatfs = libc.func("int fstatfs(int, void *)");

const F_DUPFD_CLOEXEC = 1030;
/** More than any architecture fills. */
const STATFS_BYTES = 256;
