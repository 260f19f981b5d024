import { LookupFailed, systemUsers, type User } from "#system/users.ts";
import type { RunAs } from "#system/processes/startProgram.ts";
import type { KeeperStart } from "#contracts/keeper.ts";
import { openPamSession } from "./pamSession.ts";
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
  const pam = openPamSession(start.pamService, user.name, user.gid, start.client.address);
  const as: RunAs = { uid: user.uid, gid: user.gid, groups: "ofThisProcess" };
  return { user, as, environment: pam.environment, openFilesUntouched: pam.openFilesUntouched, close: pam.close };
}

async function find(name: string): Promise<User> {
  try {
    const user = await systemUsers.byName(name);
    if (user !== undefined) return user;
  } catch (error) {
    if (!(error instanceof LookupFailed)) throw error;
    throw new SessionFailure("userUnknown", "getent", `${error.message}.`);
  }
  throw new SessionFailure("userUnknown", "getent", `This host knows no user ${name}.`);
}
