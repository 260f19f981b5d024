import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { chooseFolders, type FolderOptions } from "#system/folders.ts";

/** The admin socket in the chosen folder. Who has chosen none and runs no service of his own asks the host's. */
export function adminSocketPath(
  folders: FolderOptions,
  { environment, userId }: { readonly environment: NodeJS.ProcessEnv; readonly userId: number },
  ofHost: string = join(chooseFolders({}, {}, 0).run, socketName),
): string {
  const path = join(chooseFolders(folders, environment, userId).run, socketName);
  if (folders.run !== undefined || environment["HOLDFAST_RUN"] !== undefined) return path;
  // Without XDG_RUNTIME_DIR the folder is in /tmp, where somebody else can lie in wait for a password.
  const owner = lstatSync(path, { throwIfNoEntry: false })?.uid;
  if (owner === userId || owner === 0) return path;
  return owner !== undefined || existsSync(ofHost) ? ofHost : path;
}

const socketName = "admin.sock";
