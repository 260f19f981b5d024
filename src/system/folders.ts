import { lstatSync, mkdirSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where this installation keeps its things. All paths are absolute. */
export interface Folders {
  /** Sockets and what a boot may forget. */
  readonly run: string;
  /** The database, the certificate, NT hashes. */
  readonly state: string;
  /** The configuration file; it need not exist. */
  readonly config: string;
}

export interface FolderOptions {
  readonly run?: string | undefined;
  readonly state?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Options first, then the environment (HOLDFAST_RUN, HOLDFAST_STATE, HOLDFAST_CONFIG), then the system's or the user's
 * places.
 */
export function chooseFolders(
  options: FolderOptions,
  environment: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? 0,
): Folders {
  const usual = uid === 0 ? systemFolders : userFolders(environment, uid);
  return {
    run: options.run ?? environment["HOLDFAST_RUN"] ?? usual.run,
    state: options.state ?? environment["HOLDFAST_STATE"] ?? usual.state,
    config: options.config ?? environment["HOLDFAST_CONFIG"] ?? usual.config,
  };
}

/**
 * Makes the run and the state folder, with their parents. Others may pass through the run folder (sockets), not into
 * the state. Throws for a user, not for root, when somebody else has the run folder or the one above it: /tmp, where it
 * may be, is everybody's.
 */
export function makeFolders(folders: Folders): void {
  mkdirSync(dirname(folders.run), { recursive: true });
  mkdirSync(folders.run, { recursive: true, mode: 0o711 });
  mkdirSync(dirname(folders.state), { recursive: true });
  mkdirSync(folders.state, { recursive: true, mode: 0o700 });
  const own = process.getuid?.() ?? 0;
  if (own !== 0) for (const path of [dirname(folders.run), folders.run]) refuseOthersFolder(path, own);
}

function refuseOthersFolder(path: string, own: number): void {
  const { uid, mode } = lstatSync(path);
  const isOthers = uid !== 0 && uid !== own;
  // Where everybody may write, the sticky bit keeps others from putting theirs in our place.
  if (isOthers || (mode & 0o1002) === 0o0002)
    throw new Error(`${path} is in somebody else's hands: choose another folder`);
}

export type FramebufferFolder =
  | { readonly is: "inSessionFolder"; readonly path: string }
  /** The session folder is on a disk, which would write every frame down. */
  | { readonly is: "inSharedMemory"; readonly path: string };

/**
 * Where a session's framebuffer is to be: below its folder when that is on a tmpfs, else in /dev/shm. Makes nothing.
 */
export function framebufferFolder(sessionFolder: string, name: string): FramebufferFolder {
  if (isTmpfs(sessionFolder)) return { is: "inSessionFolder", path: join(sessionFolder, "framebuffer") };
  return { is: "inSharedMemory", path: join("/dev/shm", `holdfast-${name}`) };
}

export function isTmpfs(path: string): boolean {
  return statfsSync(path).type === TMPFS_MAGIC;
}

/** Bytes that an unprivileged user may still write where `path` is. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function userFolders(environment: NodeJS.ProcessEnv, uid: number): Folders {
  const home = environment["HOME"] ?? homedir();
  return {
    run: join(environment["XDG_RUNTIME_DIR"] ?? `/tmp/holdfast-${uid}`, "holdfast"),
    state: join(environment["XDG_STATE_HOME"] ?? join(home, ".local/state"), "holdfast"),
    config: join(environment["XDG_CONFIG_HOME"] ?? join(home, ".config"), "holdfast/holdfast.toml"),
  };
}

const systemFolders: Folders = {
  run: "/run/holdfast",
  state: "/var/lib/holdfast",
  config: "/etc/holdfast/holdfast.toml",
};
/** statfs(2). */
const TMPFS_MAGIC = 0x01021994;
