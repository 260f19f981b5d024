import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { minutes, type WallTime } from "#base/units.ts";

/**
 * Removes what xkbcomp wrote for this user's X server, when the server was killed before it had read it. Nobody else
 * could replace the file, so that no other user's server would ever come up under that number.
 */
export function removeKeymapOf(display: number, userId: number): void {
  remove(`server-${display}.xkm`, ({ uid }) => uid === userId);
}

/** Removes all such files that we may remove and that no server can still be about to read. */
export function removeStaleKeymaps(now: WallTime): void {
  for (const name of readdirSync(folder)) {
    if (/^server-\d+\.xkm$/u.test(name)) remove(name, ({ mtimeMs }) => mtimeMs < now - staleAfter);
  }
}

function remove(name: string, isStale: (file: { readonly uid: number; readonly mtimeMs: number }) => boolean): void {
  const path = join(folder, name);
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined || !file.isFile() || !isStale(file)) return;
  // In single-user mode other users' files stay: then it is their keeper's or the administrator's work.
  if (process.getuid?.() === 0 || process.getuid?.() === file.uid) rmSync(path, { force: true });
}

/** Where X servers that are not root's have their keymaps compiled to. */
const folder = "/tmp";
const staleAfter = minutes(1);
