import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "#system/atomicFile.ts";

/** The password of single-user mode: made once, kept in the state folder for its owner alone. */
export function singleUserCredential(stateFolder: string, make: () => string): string {
  const path = join(stateFolder, "credential");
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const password = make();
  writeFileAtomically(path, `${password}\n`, 0o600);
  return password;
}
