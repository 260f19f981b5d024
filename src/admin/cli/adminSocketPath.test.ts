import assert from "node:assert/strict";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { adminSocketPath } from "./adminSocketPath.ts";

const userId = (process.getuid?.() ?? 0) + 1000;

test("who runs a service of his own asks that one, and else the host's", (t) => {
  const { environment, ofHost, own } = world(t);
  const choose = (asking: number) => adminSocketPath({}, { environment, userId: asking }, ofHost);

  assert.equal(choose(userId), own);
  writeFileSync(ofHost, "");
  assert.equal(choose(userId), ofHost);
});

test("a socket that somebody else made in the user's place is not asked", (t) => {
  if (process.getuid?.() !== 0) return t.diagnostic("giving a file to somebody else needs root");
  const { environment, ofHost, own } = world(t);
  mkdirSync(join(own, ".."));
  writeFileSync(own, "");
  const choose = (owner: number) => {
    chownSync(own, owner, owner);
    return adminSocketPath({}, { environment, userId }, ofHost);
  };

  assert.deepEqual([userId, 0, userId + 1].map(choose), [own, own, ofHost]);
});

test("a folder that was named is the one", (t) => {
  const { environment, ofHost } = world(t);
  writeFileSync(ofHost, "");

  assert.equal(adminSocketPath({ run: "/a" }, { environment, userId }, ofHost), "/a/admin.sock");
  assert.equal(
    adminSocketPath({}, { environment: { ...environment, HOLDFAST_RUN: "/b" }, userId }, ofHost),
    "/b/admin.sock",
  );
});

function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-socket-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const environment = { XDG_RUNTIME_DIR: folder, HOME: folder };
  return { environment, ofHost: join(folder, "host.sock"), own: join(folder, "holdfast/admin.sock") };
}
