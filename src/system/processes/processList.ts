import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename } from "node:path";

/** A process as /proc shows it (proc(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** The process's session in the sense of setsid(2). */
  readonly leaderPid: number;
  /** Ended, and waiting for its parent to notice. */
  readonly zombie: boolean;
  /** Clock ticks after the boot; with `pid` it names a process for good. */
  readonly startedAt: number;
  /** The first 15 bytes of the program's name. */
  readonly command: string;
}

/** Every process that can be seen now; one that ends meanwhile is left out. */
export function listProcesses(): readonly ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^[1-9]\d*$/u.test(name)) continue;
    const entry = readProcess(Number(name));
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** undefined: there is no such process. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The command stands in parentheses and may itself contain them.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  return {
    pid,
    command: stat.slice(stat.indexOf("(") + 1, end),
    zombie: fields[0] === "Z" || fields[0] === "X",
    parentPid: Number(fields[1]),
    leaderPid: Number(fields[3]),
    startedAt: Number(fields[19]),
  };
}

/** Children, grandchildren and so on of a process, without itself. */
export function descendantsOf(pid: number, all: readonly ProcessEntry[] = listProcesses()): readonly ProcessEntry[] {
  const childrenOf = Map.groupBy(all, (entry) => entry.parentPid);
  const found: ProcessEntry[] = [...(childrenOf.get(pid) ?? [])];
  for (let index = 0; index < found.length; index++) {
    const entry = found[index];
    if (entry !== undefined) found.push(...(childrenOf.get(entry.pid) ?? []));
  }
  return found;
}

/** The user that a process runs as; undefined when it has ended. */
export function userIdOf(pid: number): number | undefined {
  const status = readProc(pid, "status");
  const uid = /^Uid:\t\d+\t(\d+)/mu.exec(status ?? "")?.[1];
  return uid === undefined ? undefined : Number(uid);
}

/** The file name of the program; the command's name when that may not be seen. */
export function imageOf(entry: ProcessEntry): string {
  try {
    return basename(readlinkSync(`/proc/${entry.pid}/exe`)).replace(/ \(deleted\)$/u, "");
  } catch (error) {
    if (isGone(error)) return entry.command;
    throw error;
  }
}

/** The environment that a process was started with; undefined when it has ended or belongs to somebody else. */
export function environmentOf(pid: number): Readonly<Record<string, string>> | undefined {
  const text = readProc(pid, "environ");
  if (text === undefined) return undefined;
  const environment: Record<string, string> = {};
  for (const each of text.split("\0")) {
    const equals = each.indexOf("=");
    if (0 < equals) environment[each.slice(0, equals)] = each.slice(equals + 1);
  }
  return environment;
}

/** The words that a process was started with; none when it has ended. */
export function commandLineOf(pid: number): readonly string[] {
  return (readProc(pid, "cmdline") ?? "").split("\0");
}

/** Open files of a process; undefined when it has ended or belongs to somebody else. */
export function descriptorCountOf(pid: number): number | undefined {
  try {
    statSync(`/proc/${pid}`);
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && goneCodes.has(String(error.code));
}

const goneCodes = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);
