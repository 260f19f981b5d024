import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Say } from "./setUp.ts";

/** As root: makes the user that connection processes become, when the host has none of this name. */
export function ensureSystemUser(options: { readonly say: Say }): void {
  if (process.getuid?.() !== 0 || isKnown(systemUser)) return;
  const words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"];
  const { status, stderr, error } = spawnSync("useradd", [...words, "--shell", "/usr/sbin/nologin", systemUser], {
    encoding: "utf8",
  });
  // 9: somebody else has made it meanwhile (useradd(8)).
  if (status !== 0 && status !== 9) {
    throw new Error(`the user ${systemUser} could not be made: ${error?.message ?? stderr.trim()}`);
  }
  options.say(`made the system user ${systemUser}, which the processes that listen to the network run as`);
}

/** The file first, since asking the name service takes a process. */
function isKnown(name: string): boolean {
  const isInFile = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .some((line) => line.startsWith(`${name}:`));
  return isInFile || spawnSync("getent", ["passwd", name]).status === 0;
}

const systemUser = "holdfast";
