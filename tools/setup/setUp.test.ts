import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { areListsFresh, isLocked } from "./aptGet.ts";
import { missingOf } from "./ensurePackages.ts";
import { neededPackages, packagesFor } from "./packages.ts";
import { ensurePamService, rulesFor } from "./pam.ts";

test("a package is missing only when none of its names is installed", () => {
  const needed = packagesFor("test");
  const installed = new Set(needed.map((each) => each.names.at(-1) ?? ""));
  assert.deepEqual(missingOf(needed, installed), []);
  installed.delete("xvfb");
  assert.deepEqual(
    missingOf(needed, installed).map((each) => each.names[0]),
    ["xvfb"],
  );
});

test("tests need what serving needs, and nobody installs the peers", () => {
  const serve = packagesFor("serve");
  assert.ok(serve.every((each) => packagesFor("test").includes(each)));
  for (const peer of ["xrdp", "freerdp2-shadow-x11"]) {
    assert.ok(neededPackages.some((each) => each.names[0] === peer));
    assert.ok(!packagesFor("bench").some((each) => each.names[0] === peer));
  }
});

test("apt's complaint about a lock is told apart from other complaints", () => {
  assert.ok(isLocked("E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)"));
  assert.ok(isLocked("E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend)"));
  assert.ok(!isLocked("E: Unable to locate package nonsense"));
});

test("lists of packages are fresh for a week", (t) => {
  const folder = freshFolder(t);
  assert.equal(areListsFresh(folder), false);
  const list = join(folder, "deb_Packages.lz4");
  writeFileSync(list, "");
  assert.equal(areListsFresh(folder), true);
  utimesSync(list, 0, 0);
  assert.equal(areListsFresh(folder), false);
});

test("people sign in by Debian's rules, by those of login, or by the host's files", (t) => {
  const folder = freshFolder(t);
  const lastAuth = (): string | undefined =>
    rulesFor(folder)
      .split("\n")
      .filter((line) => /^@?auth|^@include/u.test(line))[1];
  assert.equal(lastAuth(), "auth required pam_unix.so");
  writeFileSync(join(folder, "login"), "");
  assert.equal(lastAuth(), "auth include login");
  writeFileSync(join(folder, "common-auth"), "");
  assert.equal(lastAuth(), "@include common-auth");
});

test("an administrator's rules are never touched", (t) => {
  const folder = freshFolder(t);
  const said: string[] = [];
  writeFileSync(join(folder, "holdfast"), "mine\n");
  ensurePamService({ folder, say: (line) => said.push(line) });
  assert.equal(readFileSync(join(folder, "holdfast"), "utf8"), "mine\n");
  assert.deepEqual(said, []);
});

function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
