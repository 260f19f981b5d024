import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { systemCallWords } from "./systemCalls.ts";

/** One thread, and what it waits for. */
export interface ThreadFacts {
  readonly id: number;
  readonly name: string;
  /** As proc(5) has it: R, S, D, T … */
  readonly state: string;
  /** In words: "waits for a lock (futex)". */
  readonly waits: string;
  /** The kernel's function that it sleeps in; absent: it runs, or the kernel does not say. */
  readonly channel?: string;
  /** The kernel's part of its stack, the innermost first; empty where it may not be seen. */
  readonly kernelStack: readonly string[];
}

/** The threads of a process, without stopping it; empty: it has ended. */
export function threadsOf(pid: number): readonly ThreadFacts[] {
  const tasks = listOf(`/proc/${pid}/task`).slice(0, mostThreads);
  return tasks.flatMap((task) => {
    const at = `/proc/${pid}/task/${task}`;
    const stat = textOf(`${at}/stat`);
    if (stat === undefined) return [];
    const end = stat.lastIndexOf(")");
    const state = stat[end + 2] ?? "?";
    const channel = textOf(`${at}/wchan`)?.trim() ?? "";
    const thread: ThreadFacts = {
      id: Number(task),
      name: stat.slice(stat.indexOf("(") + 1, end),
      state,
      waits: waitsFor(pid, state, textOf(`${at}/syscall`) ?? "", channel),
      ...(channel === "" || channel === "0" ? {} : { channel }),
      kernelStack: (textOf(`${at}/stack`) ?? "")
        .split("\n")
        .flatMap((line) => /^\[<\S+>\] (\S+)/u.exec(line)?.[1] ?? [])
        .slice(0, mostFrames),
    };
    return [thread];
  });
}

function waitsFor(pid: number, state: string, call: string, channel: string): string {
  if (state === "R") return "runs";
  if (state === "Z") return "has ended, and its parent takes no note of it";
  if (state === "T" || state === "t") return "is stopped, by a signal or a debugger";
  const [number, first] = call.trim().split(" ");
  const words = number === undefined || !/^\d+$/u.test(number) ? undefined : systemCallWords(Number(number));
  const file = words?.takesFile === true ? fileOf(pid, Number(first)) : undefined;
  const what = words === undefined ? `in the kernel${channel === "" ? "" : ` (${channel})`}` : words.waits;
  const which = file === undefined ? what : `${what}: ${file}`;
  return state === "D" ? `cannot be interrupted (a disk, a network file system, memory): ${which}` : which;
}

/** What stands behind a descriptor of another process. */
function fileOf(pid: number, descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function listOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** It has ended meanwhile, or may not be seen. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}

const mostThreads = 256;
const mostFrames = 32;
