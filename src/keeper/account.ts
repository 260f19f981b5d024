import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LookupFailed, systemUsers, type User } from "#system/users.ts";
import { usersOomScore } from "#system/oomScore.ts";
import type { Confinement, RunAs } from "#system/processes/startProgram.ts";
import type { KeeperStart } from "#contracts/keeper.ts";
import { openPamSession } from "./pamSession.ts";
import { limitInTheWay } from "./sessionLimits.ts";
import { SessionFailure } from "./sessionFailure.ts";

/** Whose session this is, and what is open for him. */
export interface Account {
  readonly user: User;
  /** How his programs are started; undefined: this process is already his. */
  readonly as: RunAs | undefined;
  /** What his environment begins with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nobody has said how many files his programs may open. */
  readonly openFilesUntouched: boolean;
  /** Closes the PAM session. */
  close(): void;
}

/** Finds the user and opens the PAM session, when there is to be one. Throws SessionFailure; nothing is open then. */
export async function openAccount(start: KeeperStart): Promise<Account> {
  const user = await find(start.user);
  process.umask(0o022);
  if (start.pamService === undefined) {
    if (user.uid !== process.getuid?.()) {
      throw new SessionFailure("userUnknown", "keeper", `Without PAM there are no sessions for others: ${user.name}.`);
    }
    const environment = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    return { user, as: undefined, environment, openFilesUntouched: true, close: () => {} };
  }
  const pam = openPamSession(start.pamService, user, { remoteHost: start.client.address, seconds: start.pamSeconds });
  const limit = limitInTheWay(user);
  if (limit !== undefined) {
    pam.close();
    throw new SessionFailure("pamRefused", "pam_limits", limit, [], "/etc/security/limits.conf and limits.d");
  }
  const confinement = confinementOf(start.budget);
  const as: RunAs = { uid: user.uid, gid: user.gid, groups: "ofThisProcess", confinement };
  return { user, as, environment: pam.environment, openFilesUntouched: pam.openFilesUntouched, close: pam.close };
}

/** Programs of the session's are not kept for so long as we are; a lower limit of PAM's stays. */
function confinementOf(budget: KeeperStart["budget"]): Confinement {
  if (budget === undefined) return { groups: [], oomScore: 0 };
  const limits = readFileSync("/proc/self/limits", "utf8");
  const limit = Number(/^Max processes +(?<soft>\d+) /mu.exec(limits)?.groups?.["soft"] ?? Infinity);
  const own = readFileSync("/proc/self/cgroup", "utf8");
  // What logind has put into a scope of the user's stays there: it would lose sight of it.
  const groups = /^0::\/user\.slice\//mu.test(own) ? budget.groups.filter(isOfVersion1) : budget.groups;
  const { processesPerUser = Infinity } = budget;
  return { groups, oomScore: usersOomScore, ...(processesPerUser < limit ? { processesPerUser } : {}) };
}

/** Of which each controller has a file of its own. */
function isOfVersion1(folder: string): boolean {
  return !existsSync(join(folder, "cgroup.controllers"));
}

async function find(name: string): Promise<User> {
  try {
    const user = await systemUsers.byName(name);
    if (user !== undefined) return user;
  } catch (error) {
    if (!(error instanceof LookupFailed)) throw error;
    throw new SessionFailure("userUnknown", "getent", `${error.message}.`, [], names);
  }
  throw new SessionFailure("userUnknown", "getent", `This host knows no user ${name}.`, [], names);
}

/** What says who there is. */
const names = "/etc/nsswitch.conf";
