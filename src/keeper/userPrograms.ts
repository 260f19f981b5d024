import type { ChildProcess, StdioOptions } from "node:child_process";
import { seconds, type Milliseconds } from "#base/units.ts";
import { sessionMarker } from "#system/processes/sessionMarker.ts";
import { startProgram, type RunAs } from "#system/processes/startProgram.ts";
import { LastLines } from "./lastLines.ts";

export interface Finished {
  /** undefined: it was ended at the deadline, or by a signal. */
  readonly code: number | undefined;
  readonly output: string;
  readonly log: readonly string[];
}

/** Starts programs of the session: as its user, in its environment, which grows while the session is made. */
export class UserPrograms {
  readonly #as: RunAs | undefined;
  readonly #running = new Set<number>();
  #environment: Readonly<Record<string, string>>;
  #isClosed = false;

  constructor(as: RunAs | undefined, environment: Readonly<Record<string, string>>) {
    this.#as = as;
    this.#environment = environment;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** Those that Node started and will hear the end of. */
  get running(): ReadonlySet<number> {
    return this.#running;
  }

  add(environment: Readonly<Record<string, string>>): void {
    this.#environment = { ...this.#environment, ...environment };
  }

  /** The session ends: from now on nothing is started. */
  close(): void {
    this.#isClosed = true;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Rejects when it cannot be started, or the session ends. */
  async start(command: readonly [string, ...string[]], stdio: StdioOptions): Promise<ChildProcess> {
    return this.#start(command, this.#environment, stdio, this.#as);
  }

  /**
   * A program of ours with the keeper's rights, which it gives up itself: it sees nothing of the user's environment.
   */
  async startAsKeeper(
    command: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
    stdio: StdioOptions,
  ): Promise<ChildProcess> {
    const marker = this.#environment[sessionMarker];
    const marked = marker === undefined ? {} : { [sessionMarker]: marker };
    return this.#start(command, { PATH: "/usr/bin:/bin", ...marked, ...environment }, stdio, undefined);
  }

  /** Runs a program to its end, or ends it at the deadline. Rejects when it cannot be started. */
  async run(command: readonly [string, ...string[]], within: Milliseconds = seconds(3)): Promise<Finished> {
    const child = await this.start(command, ["ignore", "pipe", "pipe"]);
    const log = new LastLines();
    log.read(child.stderr);
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (output = (output + chunk).slice(-OUTPUT_MAX)));
    const code = await new Promise<number | undefined>((resolve) => {
      const deadline = setTimeout(() => {
        child.kill("SIGKILL");
        resolve(undefined);
      }, within);
      child.on("close", (status) => {
        clearTimeout(deadline);
        resolve(status ?? undefined);
      });
    });
    return { code, output, log: log.lines };
  }

  async #start(
    command: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
    stdio: StdioOptions,
    as: RunAs | undefined,
  ): Promise<ChildProcess> {
    if (this.#isClosed) throw new Error(`${command[0]} is not started: the session ends`);
    return startProgram({
      command,
      environment,
      // The home may be one that root cannot enter: those who need it go there themselves.
      folder: "/",
      stdio,
      started: (child) => this.#watch(child),
      ...(as === undefined ? {} : { as }),
    });
  }

  #watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#running.add(pid);
    child.once("exit", () => this.#running.delete(pid));
  }
}

const OUTPUT_MAX = 65536;
