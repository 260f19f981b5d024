import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { signal } from "#system/processes/endProcesses.ts";
import { readProcess } from "#system/processes/processList.ts";
import { mappingsOf, type Mapping } from "./mappings.ts";

/** A thread as gdb has seen it. */
export interface ThreadStack {
  readonly name: string;
  /** Functions, the innermost first. */
  readonly frames: readonly string[];
}

export interface CoreDump {
  readonly pid: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** For how long the process stood still, in milliseconds: the whole of it at most. */
  readonly paused: number;
  readonly threads: readonly ThreadStack[];
  /** What takes most of its memory, the most first. */
  readonly mappings: readonly Mapping[];
}

export type CoreOutcome =
  | { readonly is: "dumped"; readonly core: CoreDump }
  | { readonly is: "not"; readonly why: string };

/** How many bytes the core dump of a process can have at most: gdb writes down all that is mapped. */
export function coreBytesMost(pid: number): number {
  const kilobytes = /^VmSize:\s+(\d+) kB/mu.exec(readStatus(pid))?.[1];
  return Number(kilobytes ?? 0) * 1024 + (1 << 20);
}

/**
 * Takes a core dump and every thread's stack, for which the process is stopped; it goes on afterwards, also when gdb is
 * killed at the deadline. Rejects for nothing that a process, a disk or a debugger can do.
 */
export async function dumpCore(
  pid: number,
  files: { readonly core: string; readonly stacks: string },
  within: number,
): Promise<CoreOutcome> {
  const process = readProcess(pid);
  if (process === undefined || process.zombie) return { is: "not", why: "it has ended" };
  if (!existsSync(gdb)) return { is: "not", why: `there is no ${gdb}: apt install gdb` };
  const mappings = mappingsOf(pid);
  const begun = performance.now();
  const { said, why } = await runGdb(pid, files.core, within);
  const paused = Math.round(performance.now() - begun);
  writeFileSync(files.stacks, said, { mode: 0o600 });
  // A debugger that was killed may leave it stopped.
  if (isStopped(pid)) signal(process, "SIGCONT");
  const isWhole = why === undefined && said.includes(`Saved corefile ${files.core}`) && existsSync(files.core);
  if (!isWhole) {
    rmSync(files.core, { force: true });
    return { is: "not", why: why ?? lastWordsOf(said) };
  }
  await digHoles(files.core);
  // Blocks of 512 bytes: what has been dug out takes no room.
  const bytes = statSync(files.core).blocks * 512;
  return { is: "dumped", core: { pid, bytes, paused, threads: stacksOf(said), mappings } };
}

/** Nothing of the process's own is run: no scripts beside its libraries, no files of whoever started us. */
function runGdb(pid: number, core: string, within: number): Promise<{ readonly said: string; readonly why?: string }> {
  const orders = ["set pagination off", `thread apply all bt ${mostFrames}`, `gcore ${core}`];
  const gdbWords = [
    "-batch",
    "-nx",
    "-iex",
    "set auto-load off",
    "-iex",
    "set debuginfod enabled off",
    "-p",
    String(pid),
  ];
  const words = [`--fsize=${coreBytesMost(pid)}`, gdb, ...gdbWords, ...orders.flatMap((order) => ["-ex", order])];
  // So that the file is nobody else's from its first byte.
  const child = spawn("/bin/sh", ["-c", 'umask 077; exec "$@"', "sh", "prlimit", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < saidMax) said += text;
    });
  }
  return new Promise((resolve) => {
    let late: string | undefined;
    const deadline = setTimeout(() => {
      late = `gdb was not done within ${within / 1000} s`;
      child.kill("SIGKILL");
    }, within);
    const settle = (why: string | undefined): void => {
      clearTimeout(deadline);
      resolve(why === undefined ? { said } : { said, why });
    };
    child.once("error", (error) => settle(error.message));
    child.once("close", () => settle(late));
  });
}

/** Zeros take no room on the disk: what a process has mapped and never used is most of it. */
function digHoles(path: string): Promise<void> {
  const child = spawn("fallocate", ["--dig-holes", path], { stdio: "ignore" });
  return new Promise((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
}

/** What gdb has printed, by threads; the first thread first. */
export function stacksOf(said: string): readonly ThreadStack[] {
  const threads: { number: number; name: string; frames: string[] }[] = [];
  for (const line of said.split("\n")) {
    const head = /^Thread (\d+) \(.*?(?:"([^"]*)")?\):$/u.exec(line);
    if (head !== null) threads.push({ number: Number(head[1]), name: head[2] ?? "", frames: [] });
    const frame = /^#\d+\s+(?:0x[\da-f]+ in )?(.+?) \(/u.exec(line)?.[1];
    if (frame !== undefined) threads.at(-1)?.frames.push(frame);
  }
  return threads.toSorted((one, other) => one.number - other.number).map(({ name, frames }) => ({ name, frames }));
}

function lastWordsOf(said: string): string {
  const lines = said.split("\n").filter((line) => /ptrace|not permitted|rror|annot|ailed|space/u.test(line));
  return lines.at(0)?.trim() ?? "gdb wrote no core dump, and does not say why";
}

function isStopped(pid: number): boolean {
  return /^State:\s+[Tt]/mu.test(readStatus(pid));
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

const gdb = "/usr/bin/gdb";
const mostFrames = 64;
/** Characters. */
const saidMax = 4 << 20;
