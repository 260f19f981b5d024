import { existsSync, readdirSync, readFileSync } from "node:fs";
import { freeBytes, isTmpfs } from "./folders.ts";
import { displaysTaken } from "./watch/displays.ts";
import { descriptorLimitOf } from "./watch/processSample.ts";

/** What the host, or the container that we are in, has for processes. */
export interface HostRoomFacts {
  readonly memoryTotalMB: number;
  readonly memoryLeftMB: number;
  /** Threads, as the kernel counts them. */
  readonly processesMax: number;
  readonly processesLeft: number;
  /** Open files: of the host, and of this process by its own limit. */
  readonly descriptorsLeft: number;
  /** In the run folder, and in /dev/shm where screens are there. */
  readonly runSpaceLeftMB: number;
  /** In which of them is least. */
  readonly runSpaceIn: string;
  /** Numbers for X displays. */
  readonly displaysLeft: number;
}

/** proc(5), and cgroup v2 where it limits us. About 0.2 ms. */
export function readHostRoom(runFolder: string): HostRoomFacts {
  const memory = readFileSync("/proc/meminfo", "utf8");
  const total = megabytes(memory, "MemTotal");
  const group = readOwnGroup();
  const threads = Number(/\/(\d+) \d+\s*$/u.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
  const [least] = screenFolders(runFolder).toSorted((one, other) => freeBytes(one) - freeBytes(other));
  const runSpaceIn = least ?? runFolder;
  const threadsMax = Math.min(number("/proc/sys/kernel/threads-max"), number("/proc/sys/kernel/pid_max"));
  return {
    memoryTotalMB: Math.min(total, group.memoryMaxMB),
    memoryLeftMB: Math.min(megabytes(memory, "MemAvailable"), group.memoryMaxMB - group.memoryUsedMB),
    processesMax: Math.min(threadsMax, group.processesMax),
    processesLeft: Math.min(threadsMax - threads, group.processesMax - group.processes),
    descriptorsLeft: descriptorsLeft(),
    runSpaceLeftMB: Math.floor(freeBytes(runSpaceIn) / bytesPerMB),
    runSpaceIn: runSpaceIn === runFolder ? `the run folder, ${runFolder}` : runSpaceIn,
    displaysLeft: displayNumbers - displaysTaken(),
  };
}

function descriptorsLeft(): number {
  const [open = 0, , most = Infinity] = readFileSync("/proc/sys/fs/file-nr", "utf8").split(/\s+/u).map(Number);
  return Math.min(most - open, (descriptorLimitOf(process.pid) ?? Infinity) - readdirSync("/proc/self/fd").length);
}

function screenFolders(runFolder: string): readonly string[] {
  const run = existsSync(runFolder) ? [runFolder] : [];
  return run.some(isTmpfs) ? run : [...run, "/dev/shm"];
}

function readOwnGroup() {
  const folder = "/sys/fs/cgroup";
  const read = (name: string): number => (existsSync(`${folder}/${name}`) ? number(`${folder}/${name}`) : Infinity);
  const memoryMax = read("memory.max");
  const processesMax = read("pids.max");
  return {
    memoryMaxMB: Math.floor(memoryMax / bytesPerMB),
    memoryUsedMB: memoryMax === Infinity ? 0 : Math.floor(read("memory.current") / bytesPerMB),
    processesMax,
    processes: processesMax === Infinity ? 0 : read("pids.current"),
  };
}

/** "max" is no limit. */
function number(path: string): number {
  const text = readFileSync(path, "utf8").trim();
  return text === "max" ? Infinity : Number(text);
}

function megabytes(meminfo: string, name: string): number {
  return Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(meminfo)?.[1] ?? 0) / 1024);
}

const bytesPerMB = 1 << 20;
/** An X server without TCP takes any that fits above port 6000. */
const displayNumbers = 59_535;
