import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, seconds } from "#base/units.ts";
import { adoptOrphans, reap } from "#system/native/processControl.ts";
import { endProcesses } from "#system/processes/endProcesses.ts";
import { descendantsOf, environmentOf, listProcesses, type ProcessEntry } from "#system/processes/processList.ts";
import { fileMarker } from "./runFile.ts";

/** Something that a test has left behind. */
export interface Leak {
  /** The test file, when that is known. */
  readonly file: string | undefined;
  readonly what: string;
}

/**
 * Finds what tests leave behind: processes, X displays, shared memory, users, networks. Orphaned processes come to this
 * process, as they would come to the host's init, so none gets away by starting a session of its own.
 */
export class LeakDetector {
  readonly #running = new Set<number>();
  readonly #reaper: NodeJS.Timeout;
  #things: ReadonlySet<string>;

  constructor() {
    adoptOrphans();
    this.#things = things();
    this.#reaper = setInterval(() => this.#reapOrphans(), reapEvery);
    this.#reaper.unref();
  }

  /** Which processes are test files at work, and no leaks. */
  readonly note = (pid: number, state: "started" | "ended"): void => {
    if (state === "started") this.#running.add(pid);
    else this.#running.delete(pid);
  };

  /**
   * What is left behind now, after a moment of grace. Processes are ended and shared memory is removed, so that the
   * next test is not blamed for it. With `file`, only processes known to be of that file are looked at, since others
   * may be at work.
   */
  async find(file?: string): Promise<readonly Leak[]> {
    const giveUpAt = performance.now() + grace;
    const isClean = (): boolean => {
      this.#reapOrphans();
      return this.#orphans(file).length === 0 && (file !== undefined || this.#newThings().length === 0);
    };
    let others = false;
    while (!isClean() && performance.now() < giveUpAt) {
      others ||= this.#othersTest();
      await delay(50);
    }
    const leaks = this.#orphans(file).map((entry): Leak => ({ file: file ?? fileOf(entry), what: describe(entry) }));
    await endProcesses(() => this.#orphans(file), { grace: milliseconds(0), meanwhile: () => this.#reapOrphans() });
    if (file !== undefined) return leaks;
    // Whose they are cannot be seen; while somebody else tests on this host they may be his.
    const found = others || this.#othersTest() ? [] : this.#newThings();
    for (const thing of found) {
      if (thing.startsWith(memory)) rmSync(thing.slice(memory.length), { recursive: true, force: true });
    }
    this.#things = things();
    return [...leaks, ...found.map((what): Leak => ({ file: undefined, what }))];
  }

  /** Ends the test files at work and all that they started: the run was broken off. */
  async endEverything(): Promise<void> {
    this.#running.clear();
    await endProcesses(() => this.#orphans(undefined), {
      grace: milliseconds(0),
      meanwhile: () => this.#reapOrphans(),
    });
  }

  close(): void {
    clearInterval(this.#reaper);
  }

  #orphans(file: string | undefined): readonly ProcessEntry[] {
    const all = listProcesses();
    const atWork = new Set(
      [...this.#running].flatMap((pid) => [pid, ...descendantsOf(pid, all).map((entry) => entry.pid)]),
    );
    return descendantsOf(process.pid, all).filter(
      (entry) => !entry.zombie && !atWork.has(entry.pid) && (file === undefined || fileOf(entry) === file),
    );
  }

  /** Whether a test file runs on this host that this process has not started. */
  #othersTest(): boolean {
    const all = listProcesses();
    const ours = new Set(descendantsOf(process.pid, all).map((entry) => entry.pid));
    const above = new Set(ancestorsOf(process.pid, all));
    return all.some(
      ({ pid }) => pid !== process.pid && !ours.has(pid) && !above.has(pid) && /\.test\.ts\0/u.test(commandLine(pid)),
    );
  }

  #newThings(): readonly string[] {
    return [...things()].filter((thing) => !this.#things.has(thing));
  }

  /** Nobody else takes the exit status of a child that was adopted. */
  #reapOrphans(): void {
    for (const entry of listProcesses()) {
      if (entry.parentPid === process.pid && entry.zombie && !this.#running.has(entry.pid)) reap(entry.pid);
    }
  }
}

function fileOf(entry: ProcessEntry): string | undefined {
  return environmentOf(entry.pid)?.[fileMarker];
}

function describe(entry: ProcessEntry): string {
  const words = commandLine(entry.pid).replaceAll("\0", " ").trim();
  return `a process: ${entry.pid} ${(words === "" ? entry.command : words).slice(0, 200)}`;
}

/** Words, each ended by a zero; empty when the process has ended. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}

function ancestorsOf(pid: number, all: readonly ProcessEntry[]): readonly number[] {
  const parent = all.find((entry) => entry.pid === pid)?.parentPid;
  return parent === undefined || parent === 0 ? [] : [parent, ...ancestorsOf(parent, all)];
}

/** Of the whole host: what a test may make outside its folder, except what a living process holds. */
function things(): ReadonlySet<string> {
  const locks = globSync("/tmp/.X*-lock").filter((path) => !isAlive(Number(readFileSync(path, "latin1"))));
  const users = readFileSync("/etc/passwd", "utf8").match(/^hf-test-\w+/gmu) ?? [];
  return new Set([
    ...locks.map((path) => `an X display: ${path}`),
    ...globSync("/dev/shm/holdfast-*").map((path) => `${memory}${path}`),
    ...globSync("/etc/pam.d/{hf,holdfast}-test*").map((path) => `a PAM service: ${path}`),
    ...globSync("/run/netns/hf-test-*").map((path) => `a network: ${path}`),
    ...users.map((name) => `a user: ${name}`),
  ]);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

const memory = "shared memory: ";
const grace = seconds(3);
const reapEvery = 50;
