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
import { adminContract } from "#contracts/admin.ts";
import { Registry } from "#service/registry.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import { plantedAdminApi } from "../../test/plantedAdminApi.ts";

test("more sessions than a message has room for are listed all the same, each once", async (t) => {
  const run = mkdtempSync(join(tmpdir(), "holdfast-many-"));
  t.after(() => rmSync(run, { recursive: true }));
  const server = await serveContract(
    adminContract,
    { path: join(run, "admin.sock") },
    plantedAdminApi({ registry: filled(2500) }),
  );
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

function unasked(): never {
  throw new Error("nobody asks for this");
}

const nobody = { call: unasked, tell: () => {}, closed: new Promise<string>(() => {}), close: () => {} };
const holdfast = fileURLToPath(new URL("./holdfast.ts", import.meta.url));
