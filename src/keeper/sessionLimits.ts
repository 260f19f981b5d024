import { readFileSync } from "node:fs";
import type { User } from "#system/users.ts";
import { listProcesses, userIdOf } from "#system/processes/processList.ts";

/** What PAM has limited so far that no desktop can be started, as a sentence; undefined: nothing. */
export function limitInTheWay({ name, uid }: Pick<User, "name" | "uid">): string | undefined {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const soft = (what: string): number =>
    Number(new RegExp(`^Max ${what} +(?<soft>\\d+) `, "mu").exec(limits)?.groups?.["soft"] ?? Infinity);
  const files = soft("open files");
  if (files < filesNeeded) {
    return `A session may open only ${files} files (RLIMIT_NOFILE, nofile); it needs ${filesNeeded}.`;
  }
  const most = soft("processes");
  // Who may have thousands is not looked at: that takes a look at each process of the host.
  if (uid === 0 || lookedAtBelow < most) return undefined;
  const has = listProcesses().filter(({ pid }) => userIdOf(pid) === uid).length;
  if (has + processesNeeded <= most) return undefined;
  return `${name} has ${has} of the ${most} processes that he may have (RLIMIT_NPROC, nproc); a session needs ${processesNeeded} more.`;
}

const filesNeeded = 64;
/** X server, message bus, desktop, and a thread or two of each. */
const processesNeeded = 12;
const lookedAtBelow = 4096;
