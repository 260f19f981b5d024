import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { environmentOf } from "../processes/processList.ts";
import { sessionMarker } from "../processes/sessionMarker.ts";
import type { SeenProcess } from "./processSample.ts";

/** The environment is read once for each program that a process runs. */
export class SessionMarks {
  readonly #runFolder: string;
  #known = new Map<string, number | undefined>();

  constructor(runFolder: string) {
    this.#runFolder = runFolder;
  }

  /**
   * The session of this installation that each process bears the mark of, by itself or by the nearest process above it
   * that has one. Processes without are left out.
   */
  read(seen: readonly SeenProcess[]): ReadonlyMap<number, number> {
    const known = new Map<string, number | undefined>();
    const own = new Map<number, number>();
    for (const { pid, startedAt, command } of seen) {
      const key = `${pid} ${startedAt} ${command}`;
      const session = this.#known.has(key) ? this.#known.get(key) : this.#sessionOf(pid);
      known.set(key, session);
      if (session !== undefined) own.set(pid, session);
    }
    this.#known = known;
    const parents = new Map(seen.map(({ pid, parentPid }) => [pid, parentPid]));
    const marks = new Map<number, number>();
    for (const { pid } of seen) {
      for (let at: number | undefined = pid; at !== undefined && 1 < at; at = parents.get(at)) {
        const session = own.get(at);
        if (session === undefined) continue;
        marks.set(pid, session);
        break;
      }
    }
    return marks;
  }

  #sessionOf(pid: number): number | undefined {
    const environment = environmentOf(pid);
    if (environment?.["HOLDFAST_RUN"] !== this.#runFolder) return undefined;
    const mark = environment[sessionMarker] ?? "";
    return /^\d{1,5}$/u.test(mark) ? Number(mark) : undefined;
  }
}

/** The display whose socket this process listens at; undefined: none, or it has ended. */
export function displayServedBy(pid: number): number | undefined {
  const sockets = new Map(
    [...readFileSync("/proc/net/unix", "latin1").matchAll(/ (\d+) @?\/tmp\/\.X11-unix\/X(\d+)$/gmu)].map(
      ([, inode, display]) => [`socket:[${inode}]`, Number(display)],
    ),
  );
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const display = sockets.get(readlinkSync(`/proc/${pid}/fd/${name}`));
      if (display !== undefined) return display;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && ["ENOENT", "EACCES", "ESRCH"].includes(String(error.code))))
      throw error;
  }
  return undefined;
}

/** What the descriptors of a process are: "870 sockets, 12 files". */
export function descriptorKinds(pid: number): string | undefined {
  const counts = new Map<string, number>();
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`).slice(0, 4096)) {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`);
      const kind = /^(socket|pipe|anon_inode)/u.exec(target)?.[1] ?? "file";
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return undefined;
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  return sorted.map(([kind, count]) => `${count} ${kind === "anon_inode" ? "event descriptor" : kind}s`).join(", ");
}
