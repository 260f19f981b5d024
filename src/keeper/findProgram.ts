import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** The path of an installed program; undefined: it is in none of the folders of `path` (PATH). */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(":")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    // Not there, or not for us: both mean that it cannot be used.
    return !(error instanceof Error);
  }
}
