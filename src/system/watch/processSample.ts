import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A process at a moment, as proc(5) has it. What costs more is in `ProcessUse`. */
export interface SeenProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** In the sense of setpgid(2). */
  readonly group: number;
  /** The first 15 bytes of the program's name. */
  readonly command: string;
  readonly zombie: boolean;
  readonly threads: number;
  /** Clock ticks after the boot; with `pid` it names a process for good. */
  readonly startedAt: number;
}

/** What it holds. Memory in MB. */
export interface ProcessUse {
  /** Of its own: heap and stacks, not mapped files and not shared memory. */
  readonly memory: number;
  /** Shared memory and mapped files that are in memory. */
  readonly shared: number;
  readonly descriptors: number;
}

/** Every process of the host. About 10 µs each; the event loop gets its turn all the time. */
export async function seeProcesses(): Promise<readonly SeenProcess[]> {
  const seen: SeenProcess[] = [];
  let done = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const found = seeProcess(pid);
    if (found !== undefined) seen.push(found);
    if (++done % atATime === 0) await nextTurn();
  }
  return seen;
}

/** undefined: there is no such process. */
export function seeProcess(pid: number): SeenProcess | undefined {
  const stat = readSmall(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command stands in parentheses and may itself contain them.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ", 20);
  return {
    pid,
    command: stat.slice(stat.indexOf("(") + 1, end),
    zombie: fields[0] === "Z" || fields[0] === "X",
    parentPid: Number(fields[1]),
    group: Number(fields[2]),
    threads: Number(fields[17]),
    startedAt: Number(fields[19]),
  };
}

/** undefined: it has ended, or is somebody else's. */
export function useOf(pid: number): ProcessUse | undefined {
  const statm = readSmall(`/proc/${pid}/statm`);
  if (statm === undefined) return undefined;
  const [, resident = 0, shared = 0] = statm.split(" ", 3).map(Number);
  const descriptors = descriptorsOf(pid);
  if (descriptors === undefined) return undefined;
  return { memory: ((resident - shared) * pageBytes) / MB, shared: (shared * pageBytes) / MB, descriptors };
}

/** Proportional set size in MB: what is shared counts for each of its users in part. About 0.3 ms. */
export function proportionalMemoryOf(pid: number): number | undefined {
  const text = readSmall(`/proc/${pid}/smaps_rollup`);
  const kilobytes = /^Pss:\s+(\d+) kB/mu.exec(text ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** RLIMIT_NOFILE as it holds now; undefined: not to be seen. */
export function descriptorLimitOf(pid: number): number | undefined {
  const soft = /^Max open files\s+(\d+)/mu.exec(readSmall(`/proc/${pid}/limits`) ?? "")?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** Since Linux 6.2 the folder's size is the count. */
function descriptorsOf(pid: number): number | undefined {
  try {
    const { size } = statSync(`/proc/${pid}/fd`);
    return size === 0 ? readdirSync(`/proc/${pid}/fd`).length : size;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The first 4 KB: /proc gives such a file in one piece. */
function readSmall(path: string): string | undefined {
  try {
    const file = openSync(path, "r");
    try {
      return buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && goneCodes.has(String(error.code));
}

const goneCodes = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL"]);
const buffer = Buffer.allocUnsafeSlow(4096);
/** Some tenths of a millisecond. */
const atATime = 32;
const pageBytes =
  1024 * Number(/^KernelPageSize:\s+(\d+) kB/mu.exec(readFileSync("/proc/self/smaps", "utf8"))?.[1] ?? 4);
const MB = 1 << 20;
