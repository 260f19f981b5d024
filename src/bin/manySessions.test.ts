import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import { defaultPolicy } from "#policy/configuration/policyInForce.ts";
import { adminContract } from "#contracts/admin.ts";
import { adminApi } from "#service/admin/adminApi.ts";
import { Registry } from "#service/registry.ts";
import { silentLog } from "#system/log.ts";
import { serveContract } from "#system/rpc/serveContract.ts";

test("more sessions than a message has room for are listed all the same, each once", async (t) => {
  const run = mkdtempSync(join(tmpdir(), "holdfast-many-"));
  t.after(() => rmSync(run, { recursive: true }));
  const server = await serveContract(adminContract, { path: join(run, "admin.sock") }, apiOver(filled(2500)));
  t.after(() => server.close("the test is over"));

  const { stdout } = await promisify(execFile)(process.execPath, [holdfast, "query", "session", "--run", run], {
    maxBuffer: 10_000_000,
  });

  const ids = stdout.split("\n").flatMap((line) => /user\d+ +(\d+)  Disc/u.exec(line)?.slice(1) ?? []);
  assert.deepEqual(
    ids.map(Number),
    Array.from({ length: 2500 }, (_, index) => index + 2),
  );
});

function filled(count: number): Registry {
  const registry = new Registry();
  for (let id = 2; id < count + 2; id++) {
    const facts = {
      id: sessionId(id),
      user: `user${id}`,
      uid: 100_000 + id,
      createdAt: wallTime(0),
      ready: true,
      lastInputAt: wallTime(0),
      display: id,
      desktop: "x".repeat(500),
      keeperPid: 1,
      serverPid: 0,
      leaderPid: 0,
    };
    registry.receiveSession({ facts, keeper: nobody, keeperPath: "" });
  }
  return registry;
}

function apiOver(registry: Registry) {
  return adminApi({
    registry,
    authority: { enroll: unasked, forget: unasked },
    moves: { move: unasked },
    messages: { show: unasked },
    chronicle: { note: unasked },
    history: { events: unasked, records: unasked, recordIds: unasked, next: unasked },
    leaks: { find: unasked, clean: unasked, memory: unasked },
    checkPassword: unasked,
    administrators: "",
    status: () => ({
      version: "0",
      pid: process.pid,
      listening: ["127.0.0.1:3389"],
      fingerprint: "",
      singleUser: false,
      hostName: "ts1",
      startedAt: wallTime(0),
      seats: { used: 0, because: "" },
      cookies: { returned: 0, refused: 0 },
      logonMode: "enabled",
    }),
    licences: unasked,
    restart: unasked,
    setLogonMode: unasked,
    policyParts: nothingAsked,
    log: silentLog,
  });
}

const nothingAsked = {
  policy: defaultPolicy,
  userPolicies: { person: unasked },
  users: { byName: unasked },
  isAdministrator: unasked,
};

function unasked(): never {
  throw new Error("nobody asks for this");
}

const nobody = { call: unasked, tell: () => {}, closed: new Promise<string>(() => {}), close: () => {} };
const holdfast = fileURLToPath(new URL("./holdfast.ts", import.meta.url));
