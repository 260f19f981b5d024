import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { integer, listOf, object, text, ShapeError } from "#base/shape/shape.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import type { InheritedSockets } from "./inheritedSockets.ts";
import type { Log } from "./log.ts";
import { borrowDescriptor } from "./native/borrowDescriptor.ts";
import { SystemCallError } from "./native/systemCallError.ts";
import { signal } from "./processes/endProcesses.ts";
import { readProcess } from "./processes/processList.ts";

/**
 * Keeps listening sockets open over the death of the service: a shell that does nothing but hold them. Clients wait in
 * them meanwhile. When the service has gone it lets go after `seconds`, so that nobody waits for ever.
 */
export class SocketHolder {
  readonly #path: string;
  readonly #child: ChildProcess;

  /** `path`: where the next service finds it. */
  constructor(path: string, sockets: InheritedSockets, seconds: number) {
    this.#path = path;
    const descriptors = [...sockets.values()];
    // It hears of our death by the end of its standard input.
    this.#child = spawn("/bin/sh", ["-c", `read never; exec sleep ${seconds}`], {
      stdio: ["pipe", "ignore", "ignore", ...descriptors],
      detached: true,
      env: {},
    });
    this.#child.on("error", () => {});
    this.#child.stdin?.on("error", () => {});
    this.#child.unref();
    const { pid = 0 } = this.#child;
    const held = [...sockets.keys()].map((address, index) => ({ address, descriptor: firstDescriptor + index }));
    writeFileAtomically(path, JSON.stringify({ pid, startedAt: readProcess(pid)?.startedAt ?? 0, held }), 0o600);
  }

  /** Newcomers are refused from now on, unless somebody else listens. */
  close(): void {
    rmSync(this.#path, { force: true });
    this.#child.kill("SIGKILL");
  }
}

/** The sockets that a service before us has left with its holder, which ends; none where there is no such thing. */
export function takeHeldSockets(path: string, log: Log): InheritedSockets {
  const note = readNote(path);
  rmSync(path, { force: true });
  const holder = note === undefined ? undefined : readProcess(note.pid);
  if (note === undefined || holder === undefined || holder.startedAt !== note.startedAt) return new Map();
  try {
    return new Map(note.held.map(({ address, descriptor }) => [address, borrowDescriptor(note.pid, descriptor)]));
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    // We listen anew, and who has waited there is refused.
    log.warn("socketsNotTaken", { why: error.message });
    return new Map();
  } finally {
    signal(holder, "SIGKILL");
  }
}

function readNote(path: string) {
  if (!existsSync(path)) return undefined;
  try {
    return noteShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
    return undefined;
  }
}

const descriptorShape = integer({ from: 3, to: 65_535 });
const noteShape = object({
  pid: integer({ from: 1, to: 0x7fffffff }),
  startedAt: integer({ from: 0, to: Number.MAX_SAFE_INTEGER }),
  held: listOf(object({ address: text, descriptor: descriptorShape }), { atMost: 64 }),
});
/** After standard input, output and error. */
const firstDescriptor = 3;
