import { rmSync, statSync } from "node:fs";
import { removeKeymap } from "./keymapFiles.ts";

/** The socket of an X server, as it was when its server was known. */
export interface DisplaySocket {
  readonly display: number;
  readonly path: string;
  /** undefined: there was none. */
  readonly inode: number | undefined;
}

export function displaySocket(display: number): DisplaySocket {
  const path = `/tmp/.X11-unix/X${display}`;
  return { display, path, inode: inodeOf(path) };
}

/**
 * Removes what a killed X server has left: with -displayfd it makes no lock file, but its socket would keep the number
 * until the next boot. INVARIANT: a socket that is another one by now stays; its server has taken the number meanwhile.
 */
export function removeDisplay(socket: DisplaySocket, of: { readonly userId: number } | "anybody"): void {
  if (socket.inode !== undefined && inodeOf(socket.path) === socket.inode) rmSync(socket.path, { force: true });
  if (inodeOf(socket.path) === undefined) removeKeymap(socket.display, of);
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
