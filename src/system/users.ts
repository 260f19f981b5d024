import { execFile } from "node:child_process";
import { seconds } from "#base/units.ts";

/** A user of the operating system, as the name service knows it (passwd(5)). */
export interface User {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly fullName: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/**
 * Who there is. Every question has a deadline of 5 s, since directories on the network may be silent; then LookupFailed
 * is thrown.
 */
export interface Users {
  /**
   * undefined: there is no such user. The name found may be in another case than the one asked for (directories do
   * that).
   */
  byName(name: string): Promise<User | undefined>;
  byId(uid: number): Promise<User | undefined>;
  /** The primary group first, then the supplementary ones. */
  groupsOf(user: User): Promise<readonly Group[]>;
  groupByName(name: string): Promise<Group | undefined>;
  /** Whether the group, given by name, is one of the user's. False when there is no such group. */
  isMember(user: User, group: string): Promise<boolean>;
}

/** The name service did not answer. */
export class LookupFailed extends Error {
  constructor(question: string, why: string) {
    super(`the name service did not answer "${question}": ${why}`);
    this.name = "LookupFailed";
  }
}

/** Through getent(1): the whole of nsswitch.conf (files, sssd, LDAP, winbind), in a process that can be given up. */
export const systemUsers: Users = {
  async byName(name) {
    const user = parseUser(await getent("passwd", [name]));
    // getent takes a number for a user id: nobody is called so.
    return user?.name.toLowerCase() === name.toLowerCase() ? user : undefined;
  },
  async byId(uid) {
    return parseUser(await getent("passwd", [String(uid)]));
  },
  async groupsOf(user) {
    const [line] = await getent("initgroups", [user.name]);
    const others =
      line === undefined
        ? []
        : line
            .split(/\s+/u)
            .slice(1)
            .filter((word) => word !== "");
    const gids = [...new Set([user.gid, ...others.map(Number)])];
    const named = new Map((await getent("group", gids.map(String))).map(parseGroup).map((group) => [group.gid, group]));
    return gids.map((gid) => named.get(gid) ?? { gid, name: String(gid) });
  },
  async groupByName(name) {
    const [line] = await getent("group", [name]);
    if (line === undefined) return undefined;
    const group = parseGroup(line);
    return group.name.toLowerCase() === name.toLowerCase() ? group : undefined;
  },
  async isMember(user, name) {
    const group = await this.groupByName(name);
    if (group === undefined) return false;
    return (await this.groupsOf(user)).some((each) => each.gid === group.gid);
  },
};

/** The lines found; those not found are left out. */
function getent(database: string, keys: readonly string[]): Promise<readonly string[]> {
  const question = `${database} ${keys.join(" ")}`;
  if (keys.some((key) => key === "" || key.includes("\0") || key.includes("\n") || key.includes(":"))) {
    return Promise.resolve([]);
  }
  return new Promise((resolve, reject) => {
    const options = { timeout: deadline, killSignal: "SIGKILL", maxBuffer: 4 << 20 } as const;
    execFile("getent", [database, "--", ...keys], options, (error, output) => {
      if (error?.killed === true) return reject(new LookupFailed(question, `no answer within ${deadline / 1000} s`));
      // 2: one or more keys were not found (getent(1)).
      if (error !== null && error.code !== 2) return reject(new LookupFailed(question, error.message));
      resolve(output.split("\n").filter((line) => line !== ""));
    });
  });
}

function parseUser([line]: readonly string[]): User | undefined {
  if (line === undefined) return undefined;
  const [name = "", , uid, gid, fullName = "", home = "", shell = ""] = line.split(":");
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    fullName: fullName.split(",")[0] ?? "",
    home: home === "" ? "/" : home,
    shell: shell === "" ? "/bin/sh" : shell,
  };
}

function parseGroup(line: string): Group {
  const [name = "", , gid] = line.split(":");
  return { name, gid: Number(gid) };
}

const deadline = seconds(5);
