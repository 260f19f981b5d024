import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { eventually } from "./eventually.ts";

/** A user of this host, made for a test and removed with `await using`. */
export interface TestUser extends AsyncDisposable {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface TestUserOptions {
  readonly groups?: readonly string[];
  readonly shell?: string;
  /** The account is no longer valid. */
  readonly expired?: boolean;
  /** The password must be changed before anything else. */
  readonly passwordExpired?: boolean;
  /** `passwd -l`. */
  readonly lockedPassword?: boolean;
}

/** Makes a user with a home and a password. Needs root. */
export async function testUser(options: TestUserOptions = {}): Promise<TestUser> {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  const password = randomBytes(9).toString("hex");
  const groups = options.groups ?? [];
  run("useradd", [
    "-m",
    "-s",
    options.shell ?? "/bin/sh",
    ...(0 < groups.length ? ["-G", groups.join(",")] : []),
    name,
  ]);
  execFileSync("chpasswd", { input: `${name}:${password}\n` });
  if (options.expired === true) run("chage", ["-E", "1", name]);
  if (options.passwordExpired === true) run("chage", ["-d", "0", name]);
  if (options.lockedPassword === true) run("usermod", ["-L", name]);
  const [, , uid, gid, , home = ""] = run("getent", ["passwd", name]).trim().split(":");
  return {
    name,
    password,
    uid: Number(uid),
    gid: Number(gid),
    home,
    [Symbol.asyncDispose]: async () => {
      // A process of his that is just ending holds the account for a moment.
      await eventually(`${name} is removed`, () => isRemoved(name));
    },
  };
}

function isRemoved(name: string): boolean {
  try {
    run("userdel", ["-rf", name]);
    return true;
  } catch (error) {
    // userdel(8): 6 no such user, 8 logged in, 12 the home was not removed.
    return error instanceof Error && "status" in error && error.status === 6;
  }
}

function run(program: string, words: readonly string[]): string {
  return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
