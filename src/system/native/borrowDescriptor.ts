import { closeSync } from "node:fs";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * A descriptor of another process, as one of our own for the same open file (pidfd_getfd(2), Linux 5.6). Needs the
 * right to trace that process: root has it, where a container does not forbid the call. Throws SystemCallError.
 */
export function borrowDescriptor(processId: number, descriptor: number): number {
  const holder = Number(syscall(SYS_PIDFD_OPEN, processId, 0, 0));
  if (holder < 0) throw lastSystemCallError("pidfd_open");
  try {
    const borrowed = Number(syscall(SYS_PIDFD_GETFD, holder, descriptor, 0));
    if (borrowed < 0) throw lastSystemCallError("pidfd_getfd");
    return borrowed;
  } finally {
    closeSync(holder);
  }
}

// The same on all architectures.
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
const syscall = libc.func("long syscall(long, long, long, long)");
