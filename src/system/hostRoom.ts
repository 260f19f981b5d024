import { existsSync, readFileSync } from "node:fs";

/** What the host, or the container that we are in, has for processes. */
export interface HostRoomFacts {
  readonly memoryTotalMB: number;
  readonly memoryLeftMB: number;
  /** Threads, as the kernel counts them. */
  readonly processesMax: number;
  readonly processesLeft: number;
}

/** proc(5), and cgroup v2 where it limits us. About 0.1 ms. */
export function readHostRoom(): HostRoomFacts {
  const memory = readFileSync("/proc/meminfo", "utf8");
  const total = megabytes(memory, "MemTotal");
  const group = readOwnGroup();
  const threads = Number(/\/(\d+) \d+\s*$/u.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
  const threadsMax = Math.min(number("/proc/sys/kernel/threads-max"), number("/proc/sys/kernel/pid_max"));
  return {
    memoryTotalMB: Math.min(total, group.memoryMaxMB),
    memoryLeftMB: Math.min(megabytes(memory, "MemAvailable"), group.memoryMaxMB - group.memoryUsedMB),
    processesMax: Math.min(threadsMax, group.processesMax),
    processesLeft: Math.min(threadsMax - threads, group.processesMax - group.processes),
  };
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
