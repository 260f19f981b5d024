import { createRequire } from "node:module";

/**
 * Loads the library's code for these extensions, which it would do when the first of them is asked for: by then a
 * client waits, and rights to read the files may have been given up.
 */
export function loadX11Extensions(names: readonly string[] = usedByDesktops): void {
  for (const name of names) load(`x11/lib/ext/${name}`);
}

const load: (path: string) => unknown = createRequire(import.meta.url);
const usedByDesktops = ["damage", "fixes", "randr", "xtest", "xkb", "shm"];
