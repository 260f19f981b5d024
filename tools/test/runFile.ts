import { spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Milliseconds } from "#base/units.ts";
import type { TestLine } from "./report.ts";

/** In the environment of everything that a test file starts: the file's path. */
export const fileMarker = "HOLDFAST_TEST_FILE";

export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly message: string;
  readonly line?: number;
}

export interface FileOutcome {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Tests that could not run here, each with the reason. */
  readonly skipped: readonly string[];
  readonly took: Milliseconds;
}

export interface RunFileOptions {
  readonly timeout: Milliseconds;
  /** Of this file alone: becomes its TMPDIR, and is to be empty when it has ended. Made and removed here. */
  readonly folder: string;
  /** Only tests of this name; a file without any is then in order. */
  readonly namePattern?: string | undefined;
  /** Called with the process's number when it starts and with undefined when it has ended. */
  readonly onProcess?: (pid: number, state: "started" | "ended") => void;
}

/** Runs one test file in a process of its own. Never throws: whatever goes wrong is a failure of the file. */
export async function runFile(file: string, options: RunFileOptions): Promise<FileOutcome> {
  const startedAt = performance.now();
  const temporary = join(options.folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  // Tests become other users.
  chmodSync(options.folder, 0o711);
  chmodSync(temporary, 0o1777);
  const results = join(options.folder, "results");
  const ended = await runProcess(file, { ...options, results, temporary });
  const lines = readLines(results);
  const failures = lines
    .filter((line) => line.is === "failed")
    .map((line): Failure => ({ file, test: line.name, message: line.message ?? "", ...at(line) }));
  const skipped = lines.filter((line) => line.is === "skipped").map((line) => `${line.name}: ${line.message ?? ""}`);
  const passed = lines.filter((line) => line.is === "passed").length;
  const problem = fileProblem(ended, { tests: lines.length, failed: failures.length }, options);
  if (problem !== undefined) failures.push({ file, test: "(the file itself)", message: problem });
  const left = readdirSync(temporary).filter((name) => !isOfNode(name));
  if (0 < left.length) {
    failures.push({ file, test: "leaves nothing behind", message: `left in its TMPDIR: ${left.join(", ")}` });
  }
  rmSync(options.folder, { recursive: true, force: true });
  return { file, passed, failures, skipped, took: (performance.now() - startedAt) as Milliseconds };
}

interface Ended {
  readonly how: "exited" | "timedOut";
  readonly code: number | string;
  readonly output: string;
}

function runProcess(
  file: string,
  options: RunFileOptions & { readonly results: string; readonly temporary: string },
): Promise<Ended> {
  const words = [`--test-reporter=${reporter}`, "--test-reporter-destination=stdout"];
  if (options.namePattern !== undefined) words.push(`--test-name-pattern=${options.namePattern}`);
  const { NODE_TEST_CONTEXT: _outer, ...inherited } = process.env;
  const env = {
    NODE_COMPILE_CACHE: join(process.cwd(), ".cache/node"),
    ...inherited,
    TMPDIR: options.temporary,
    [fileMarker]: file,
  };
  return new Promise((resolve) => {
    // A group of its own, so that a hanging file can be ended with what it started.
    const results = openSync(options.results, "w");
    const stdio = ["ignore", "pipe", "pipe", results] as const;
    const child = spawn(process.execPath, [...words, file], { env, detached: true, stdio: [...stdio] });
    closeSync(results);
    let output = "";
    let how: Ended["how"] = "exited";
    const keep = (bytes: Buffer): void => {
      output = (output + bytes.toString("utf8")).slice(-8000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const { pid } = child;
    if (pid !== undefined) options.onProcess?.(pid, "started");
    const deadline = setTimeout(() => {
      how = "timedOut";
      if (pid !== undefined) endGroup(pid);
    }, options.timeout);
    const settle = (code: number | string): void => {
      clearTimeout(deadline);
      // What it started may hold its pipes open: the leak detector will name it.
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (pid !== undefined) options.onProcess?.(pid, "ended");
      resolve({ how, code, output });
    };
    child.once("error", (error) => settle(error.message));
    child.once("exit", (code, signal) => setTimeout(() => settle(code ?? signal ?? "?"), pipesDrain));
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** What is wrong with the file beyond its tests; undefined: nothing. */
function fileProblem(
  ended: Ended,
  seen: { readonly tests: number; readonly failed: number },
  options: RunFileOptions,
): string | undefined {
  const said = ended.output.trim() === "" ? "" : `\n${ended.output.trim()}`;
  if (ended.how === "timedOut") return `did not end within ${options.timeout / 1000} s, and was ended${said}`;
  if (ended.code !== 0 && seen.failed === 0) return `ended with ${ended.code}${said}`;
  if (seen.tests === 0 && options.namePattern === undefined) return `has no test${said}`;
  return undefined;
}

function readLines(path: string): readonly TestLine[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return whole.map((line): TestLine => JSON.parse(line));
}

const at = (line: TestLine): { readonly line?: number } => (line.line === undefined ? {} : { line: line.line });
const isOfNode = (name: string): boolean => name === "node-compile-cache";
const reporter = new URL("report.ts", import.meta.url).href;
const pipesDrain = 20;
