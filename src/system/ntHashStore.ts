import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "./atomicFile.ts";

/**
 * NT hashes of users who want to sign in over NLA, which proves the password without sending it. As secret as
 * passwords.
 */
export interface NtHashStore {
  /** 16 bytes; undefined: none is kept for this user. Throws when the file is readable by others. */
  read(user: string): Uint8Array | undefined;
  /** Keeps the hash, 16 bytes; an earlier one is replaced. */
  write(user: string, hash: Uint8Array): void;
  /** False: none was kept. */
  remove(user: string): boolean;
  /** The users that have one, by name. */
  users(): readonly string[];
}

/** The file `nt-hashes` in the state folder, mode 0600: one line per user, `name:32 hexadecimal digits`. */
export function openNtHashStore(stateFolder: string): NtHashStore {
  const path = join(stateFolder, "nt-hashes");
  const save = (hashes: ReadonlyMap<string, string>): void => {
    const lines = [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([user, hash]) => `${user}:${hash}\n`);
    writeFileAtomically(path, lines.join(""), 0o600);
  };
  return {
    read: (user) => {
      const hash = load(path).get(user);
      return hash === undefined ? undefined : Uint8Array.from(Buffer.from(hash, "hex"));
    },
    write: (user, hash) => {
      if (hash.length !== 16) throw new Error(`an NT hash has 16 bytes, not ${hash.length}`);
      if (!/^[^\s:][^\n:]*$/u.test(user)) throw new Error(`not a user's name: ${JSON.stringify(user)}`);
      save(new Map(load(path)).set(user, Buffer.from(hash).toString("hex")));
    },
    remove: (user) => {
      const hashes = new Map(load(path));
      if (!hashes.delete(user)) return false;
      save(hashes);
      return true;
    },
    users: () => [...load(path).keys()],
  };
}

function load(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw error;
  }
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) throw new Error(`${path} may be read by others (mode ${mode.toString(8)}): chmod 600 it`);
  const hashes = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const [, user, hash] = /^([^:]+):([0-9a-f]{32})$/u.exec(line) ?? [];
    if (user === undefined || hash === undefined) throw new Error(`${path}, line ${index + 1}: not "name:hash"`);
    hashes.set(user, hash);
  }
  return hashes;
}
