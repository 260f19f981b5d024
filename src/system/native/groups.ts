import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * Gives this process, which must be root, the supplementary groups of a user and `gid` (initgroups(3)). Throws
 * SystemCallError.
 */
export function takeGroupsOf(userName: string, gid: number): void {
  if (initgroups(userName, gid) !== 0) throw lastSystemCallError("initgroups");
}

// Of the C library, not the system call: it changes every thread of the process.
const initgroups = libc.func("int initgroups(str, uint)");
