import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { object, oneOf, ShapeError, text } from "#base/shape/shape.ts";
import type { LogonMode } from "#policy/seats.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import type { Folders } from "#system/folders.ts";
import type { Log } from "#system/log.ts";

/**
 * Who may come now (`change logon`), kept as Windows keeps it: `drain` in the state folder, for good; `disabled` and
 * `drainUntilRestart` in the run folder with the boot that they were set in, so that a restart of the service changes
 * nothing, and a restart of the host opens it again. The last order counts.
 */
export class LogonModes {
  readonly #forGood: string;
  readonly #forThisBoot: string;
  readonly #bootId: string;
  readonly #log: Log;
  #mode: LogonMode;

  constructor(options: {
    readonly folders: Pick<Folders, "run" | "state">;
    /** Differs from boot to boot. */
    readonly bootId: string;
    readonly log: Log;
  }) {
    this.#forGood = join(options.folders.state, fileName);
    this.#forThisBoot = join(options.folders.run, fileName);
    this.#bootId = options.bootId;
    this.#log = options.log;
    this.#mode = this.#read();
  }

  get mode(): LogonMode {
    return this.#mode;
  }

  /** Counts for whoever comes from now on. Throws the system's error, and changes nothing, when it cannot be kept. */
  set(mode: LogonMode): void {
    if (mode === "drain") writeFileAtomically(this.#forGood, JSON.stringify({ mode }), 0o600);
    else if (mode !== "enabled") {
      writeFileAtomically(this.#forThisBoot, JSON.stringify({ mode, bootId: this.#bootId }), 0o600);
    }
    // What was written counts before what is left over: `#read` asks for this boot first.
    if (mode === "drain" || mode === "enabled") rmSync(this.#forThisBoot, { force: true });
    if (mode !== "drain") rmSync(this.#forGood, { force: true });
    this.#mode = mode;
  }

  #read(): LogonMode {
    const now = this.#parse(this.#forThisBoot, forThisBootShape);
    if (now !== undefined && now.bootId === this.#bootId) return now.mode;
    return this.#parse(this.#forGood, forGoodShape)?.mode ?? "enabled";
  }

  #parse<T>(path: string, shape: { readonly parse: (value: unknown) => T }): T | undefined {
    if (!existsSync(path)) return undefined;
    try {
      return shape.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
      this.#log.error("logonModeUnreadable", { path, why: error.message });
      return undefined;
    }
  }
}

/** Of the running kernel. proc_sys_kernel(5) */
export function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

const forGoodShape = object({ mode: oneOf("drain") });
const forThisBootShape = object({ mode: oneOf("disabled", "drainUntilRestart"), bootId: text });
const fileName = "logon-mode";
