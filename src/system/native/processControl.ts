import koffi from "koffi";
import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/** Who is at the other end of a Unix socket, as the kernel noted when it was connected. */
export interface PeerCredentials {
  readonly processId: number;
  readonly userId: number;
  readonly groupId: number;
}

/** Of a connected Unix socket given by its descriptor (socket(7), SO_PEERCRED). Throws SystemCallError. */
export function peerCredentials(socket: number): PeerCredentials {
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(credentials.length);
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0) throw lastSystemCallError("getsockopt");
  return {
    processId: credentials.readInt32LE(0),
    userId: credentials.readUInt32LE(4),
    groupId: credentials.readUInt32LE(8),
  };
}

/** From now on this process leaves no core dump and its memory cannot be read by its own user (PR_SET_DUMPABLE). */
export function forbidDumps(): void {
  control("PR_SET_DUMPABLE", PR_SET_DUMPABLE, 0);
}

/** What `ps` and `top` show for the main thread; the kernel keeps 15 bytes (PR_SET_NAME). */
export function setProcessName(name: string): void {
  const bytes = Buffer.alloc(16);
  bytes.write(name.slice(0, 15), "latin1");
  control("PR_SET_NAME", PR_SET_NAME, koffi.address(bytes));
}

/** Neither this process nor what it starts can gain privileges by a set-user-id program (PR_SET_NO_NEW_PRIVS). */
export function forbidNewPrivileges(): void {
  control("PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1);
}

/** Orphaned descendants become children of this process instead of the init process (PR_SET_CHILD_SUBREAPER). */
export function adoptOrphans(): void {
  control("PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER, 1);
}

/**
 * Takes the exit status of an adopted child, so that it does not stay as a zombie; never waits. Node reaps the children
 * that Node started: this is for the others only.
 */
export function reap(processId: number): "running" | "reaped" | "notOurs" {
  const reaped: unknown = waitpid(processId, null, WNOHANG);
  if (reaped === 0) return "running";
  if (reaped === processId) return "reaped";
  const error = lastSystemCallError("waitpid");
  if (error.code === "ECHILD") return "notOurs";
  throw error;
}

/**
 * Becomes an unprivileged user for good, in all threads; the process must be root. Supplementary groups are those of
 * `userName` in the group database. Throws when anything of it fails or could be taken back: the process must then end.
 */
export function becomeUser(user: {
  readonly userName: string;
  readonly userId: number;
  readonly groupId: number;
}): void {
  if (process.setgid === undefined || process.setuid === undefined) {
    throw new Error("users can only be changed on a POSIX system, from the main thread");
  }
  if (initgroups(user.userName, user.groupId) !== 0) throw lastSystemCallError("initgroups");
  process.setgid(user.groupId);
  process.setuid(user.userId);
  if (user.userId !== 0 && setuid(0) === 0) throw new Error(`${user.userName} could become root again`);
}

function control(name: string, option: number, value: number | bigint): void {
  if (prctl(option, value, 0, 0, 0) !== 0) throw lastSystemCallError(`prctl ${name}`);
}

const prctl = libc.func("int prctl(int, ulong, ulong, ulong, ulong)");
const getsockopt = libc.func("int getsockopt(int, int, int, void *, void *)");
const waitpid = libc.func("int waitpid(int, void *, int)");
// Of the C library like those that Node calls: it changes every thread of the process.
const initgroups = libc.func("int initgroups(str, uint)");
const setuid = libc.func("int setuid(uint)");

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const PR_SET_DUMPABLE = 4;
const PR_SET_NAME = 15;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_SET_NO_NEW_PRIVS = 38;
const WNOHANG = 1;
