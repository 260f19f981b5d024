import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { afterwards } from "./afterwards.ts";

export interface RealUser {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Why tests with real users cannot run here; undefined: they can. */
export function noRealUsers(): string | undefined {
  return process.getuid?.() === 0 ? undefined : "making users needs root";
}

/** Makes a user of this host with a home and a password, removed after the test. Needs root. */
export function makeRealUser(
  t: TestContext,
  options: { readonly home?: boolean; readonly groups?: readonly string[]; readonly shell?: string } = {},
): RealUser {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  const password = randomBytes(9).toString("base64url");
  const groups = options.groups ?? [];
  run("useradd", [
    options.home === false ? "-M" : "-m",
    "-s",
    options.shell ?? "/bin/bash",
    ...(0 < groups.length ? ["-G", groups.join(",")] : []),
    name,
  ]);
  afterwards(t, () => run("userdel", ["-rf", name]));
  execFileSync("chpasswd", { input: `${name}:${password}\n` });
  const [, , uid, gid, , home = ""] = run("getent", ["passwd", name]).trim().split(":");
  return { name, password, uid: Number(uid), gid: Number(gid), home };
}

/** Runs a program of this host to its end; throws with its stderr when it fails. */
export function run(program: string, words: readonly string[]): string {
  return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
