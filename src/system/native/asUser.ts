import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * Does something as a user, in this thread alone: the system calls that `act` makes before it returns are his. The
 * process must be root, or run as that user. Throws what `act` throws, and SystemCallError.
 */
export function asUser<T>(user: { readonly uid: number; readonly gid: number }, act: () => T): T {
  if (process.geteuid?.() !== 0) return act();
  setEffective("setresgid", systemCalls.setresgid, user.gid);
  try {
    setEffective("setresuid", systemCalls.setresuid, user.uid);
    try {
      return act();
    } finally {
      setEffective("setresuid", systemCalls.setresuid, 0);
    }
  } finally {
    setEffective("setresgid", systemCalls.setresgid, 0);
  }
}

function setEffective(name: string, call: number, id: number): void {
  if (syscall(call, KEEP, id, KEEP) !== 0) throw lastSystemCallError(name);
}

// The C library's own functions would change the threads that are reading files meanwhile, too.
const syscall = libc.func("long syscall(long, long, long, long)");
const KEEP = -1;
/** asm/unistd.h of each architecture. */
const systemCalls = process.arch === "arm64" ? { setresuid: 147, setresgid: 149 } : { setresuid: 117, setresgid: 119 };
