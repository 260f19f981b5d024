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
  return targetsOf(pid)
    .map((target) => sockets.get(target))
    .find((display) => display !== undefined);
}

/** What the descriptors of a process are: "870 sockets, 12 files"; undefined: it has ended. */
export function descriptorKinds(pid: number): string | undefined {
  const kinds = targetsOf(pid).map((target) => /^(socket|pipe|anon_inode)/u.exec(target)?.[1] ?? "file");
  if (kinds.length === 0) return undefined;
  const counts = [...Map.groupBy(kinds, (kind) => kind)].toSorted(([, one], [, two]) => two.length - one.length);
  return counts
    .map(([kind, { length }]) => `${length} ${kind === "anon_inode" ? "event descriptor" : kind}s`)
    .join(", ");
}

/** What is behind each descriptor; none when the process has ended or is somebody else's. */
function targetsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  const names = ifThere(() => readdirSync(folder)) ?? [];
  // One that is closed meanwhile is left out.
  return names.slice(0, mostDescriptors).flatMap((name) => ifThere(() => readlinkSync(`${folder}/${name}`)) ?? []);
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && goneCodes.has(String(error.code))) return undefined;
    throw error;
  }
}

const mostDescriptors = 4096;
const goneCodes = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);
