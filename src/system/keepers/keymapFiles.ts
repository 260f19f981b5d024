import { lstatSync, rmSync } from "node:fs";

/**
 * Removes what xkbcomp wrote for an X server that was killed before it had read it. Nobody but its owner could replace
 * the file, so that no other user's server would ever come up under that number. Only for a display that has no server,
 * or whose server is this user's. In single-user mode the files of others stay.
 */
export function removeKeymap(display: number, of: { readonly userId: number } | "anybody"): void {
  const path = `/tmp/server-${display}.xkm`;
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined || !file.isFile()) return;
  if (of !== "anybody" && of.userId !== file.uid) return;
  const own = process.getuid?.();
  if (own === 0 || own === file.uid) rmSync(path, { force: true });
}

/** The display whose keymap kept an X server from coming up, by what the server said. */
export function blockedDisplay(said: readonly string[]): number | undefined {
  const number = said.map((line) => /Cannot open "\/tmp\/server-(\d{1,5})\.xkm"/u.exec(line)?.[1]).find(Boolean);
  return number === undefined ? undefined : Number(number);
}
