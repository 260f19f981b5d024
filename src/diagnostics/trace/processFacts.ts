import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What the kernel says of a process; what cannot be read is left out. Neither its arguments nor its environment. */
export interface ProcessFacts {
  readonly pid: number;
  /** What it is to Holdfast: "service", "connection 12", "keeper 3", "X server 3", "program of session 3". */
  readonly what: string;
  /** Files of `/proc/PID/` as they are, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** How many descriptors it has, by what they are: "socket", "pipe", "/dev/shm/…". */
  readonly descriptors: Readonly<Record<string, number>>;
  /** Its threads: what each waits in, and its stack in the kernel. */
  readonly threads: readonly { readonly id: number; readonly waitsIn: string; readonly stack: string }[];
}

/** undefined: it is gone. */
export function processFacts(pid: number, what: string): ProcessFacts | undefined {
  const folder = `/proc/${pid}`;
  const files: Record<string, string> = {};
  for (const name of readFiles) {
    const text = readSmall(`${folder}/${name}`);
    if (text !== undefined) files[name] = text;
  }
  if (files["stat"] === undefined) return undefined;
  const threads = listed(`${folder}/task`)
    .slice(0, threadsMax)
    .map((id) => ({
      id: Number(id),
      waitsIn: readSmall(`${folder}/task/${id}/wchan`) ?? "",
      stack: readSmall(`${folder}/task/${id}/stack`) ?? "",
    }));
  return { pid, what, files, descriptors: descriptorsOf(folder), threads };
}

/** The state of the control group with this path in the kernel's hierarchy, by file. */
export function controlGroupFacts(path: string): Readonly<Record<string, string>> {
  const facts: Record<string, string> = {};
  for (const name of groupFiles) {
    const text = readSmall(`/sys/fs/cgroup${path}/${name}`);
    if (text !== undefined) facts[name] = text;
  }
  return facts;
}

/** The host's own state, by file. */
export function hostFacts(): Readonly<Record<string, string>> {
  const facts: Record<string, string> = {};
  for (const path of hostFiles) {
    const text = readSmall(path);
    if (text !== undefined) facts[path] = text;
  }
  return facts;
}

function descriptorsOf(folder: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of listed(`${folder}/fd`).slice(0, descriptorsMax)) {
    let kind: string;
    try {
      kind = readlinkSync(`${folder}/fd/${name}`).replace(/:\[.*$|:.*$/u, "");
    } catch {
      // Closed meanwhile.
      continue;
    }
    // Names of people's files are none of ours.
    if (kind.startsWith("/home/")) kind = "/home/…";
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone, or not ours to see.
    return [];
  }
}

function readSmall(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").slice(0, textMax);
  } catch {
    // Gone, or not ours to see.
    return undefined;
  }
}

const readFiles = ["stat", "status", "smaps_rollup", "io", "limits", "cgroup", "wchan", "oom_score", "sched"] as const;
const groupFiles = [
  "memory.current",
  "memory.max",
  "memory.events",
  "memory.pressure",
  "memory.swap.current",
  "pids.current",
  "pids.max",
  "cpu.stat",
  "cpu.max",
  "cpu.pressure",
  "io.stat",
  "io.pressure",
  "cgroup.procs",
] as const;
const hostFiles = [
  "/proc/meminfo",
  "/proc/loadavg",
  "/proc/uptime",
  "/proc/stat",
  "/proc/pressure/cpu",
  "/proc/pressure/memory",
  "/proc/pressure/io",
  "/proc/net/sockstat",
  "/proc/net/snmp",
  "/proc/sys/fs/file-nr",
  "/proc/version",
] as const;
const threadsMax = 64;
const descriptorsMax = 4096;
const textMax = 64 << 10;
