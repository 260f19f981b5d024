import { writeFileSync } from "node:fs";

/**
 * Says how soon the kernel ends this process, and those that it starts, when memory is used up: from -1000, never, to
 * 1000, first of all (proc_pid_oom_score_adj(5)). False: we may not lower it.
 */
export function setOomScore(score: number): boolean {
  try {
    writeFileSync("/proc/self/oom_score_adj", String(score));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && deniedCodes.has(String(error.code))) return false;
    throw error;
  }
}

/** Of what nobody can do without: the service and the keepers. */
export const keptOomScore = -900;
/** Of users' programs, which go before what else runs on the host. */
export const usersOomScore = 300;
const deniedCodes = new Set(["EACCES", "EPERM", "EROFS"]);
