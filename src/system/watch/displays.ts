import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSilentSocket } from "./silentSocket.ts";

/** A file that keeps a display's number although no X server answers there. */
export interface StaleDisplay {
  readonly display: number;
  readonly path: string;
  /** A sentence. */
  readonly why: string;
}

/** Every socket and lock of an X display that nobody is behind. `folder`: /tmp. */
export async function staleDisplays(folder = "/tmp"): Promise<readonly StaleDisplay[]> {
  const stale: StaleDisplay[] = [];
  for (const { display, path } of socketsIn(join(folder, ".X11-unix"))) {
    if (!(await isSilentSocket(path))) continue;
    stale.push({ display, path, why: "Nobody listens at it." });
  }
  for (const { display, path } of locksIn(folder)) {
    const owner = ownerOf(path);
    const socket = join(folder, ".X11-unix", `X${display}`);
    // A server in another container has a process id that means nothing here, and its socket answers all the same.
    if (owner === undefined || existsSync(`/proc/${owner}`) || (existsSync(socket) && !(await isSilentSocket(socket))))
      continue;
    stale.push({ display, path, why: `Its process ${owner} has ended.` });
  }
  return stale;
}

/** How many numbers of displays are taken. */
export function displaysTaken(folder = "/tmp"): number {
  const sockets = join(folder, ".X11-unix");
  return existsSync(sockets) ? readdirSync(sockets).length : 0;
}

function socketsIn(folder: string) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const display = /^X(\d{1,5})$/u.exec(name)?.[1];
    const path = join(folder, name);
    if (display === undefined || lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return [];
    return [{ display: Number(display), path }];
  });
}

function locksIn(folder: string) {
  return readdirSync(folder).flatMap((name) => {
    const display = /^\.X(\d{1,5})-lock$/u.exec(name)?.[1];
    const path = join(folder, name);
    // Whatever else somebody has put there is not ours to read.
    if (display === undefined || lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
    return [{ display: Number(display), path }];
  });
}

/** The process that a lock names; undefined: it has none, or has gone. */
function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "latin1").slice(0, 11));
    return Number.isInteger(pid) && 0 < pid ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES"))
      return undefined;
    throw error;
  }
}
