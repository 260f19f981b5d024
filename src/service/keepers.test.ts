import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sessionId } from "#base/ids.ts";
import { milliseconds, wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract } from "#contracts/keeper.ts";
import { silentLog } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import { serveContract, type Handlers, type Peer } from "#system/rpc/serveContract.ts";
import { Keepers } from "./keepers.ts";
import { Registry } from "./registry.ts";

test("a keeper that does not answer keeps the service from nothing, and is taken up when it does", async (t) => {
  const host = await keeperOf(t);
  host.answers(false);

  await host.keepers.discover();
  assert.equal(host.registry.session(sessionId(2)), undefined);
  host.answers(true);
  await until(() => host.registry.session(sessionId(2)) !== undefined);

  assert.equal(host.registry.sessionOf("anna")?.facts.display, 7);
});

test("a session whose keeper's socket breaks is found again, and not taken for dead", async (t) => {
  const host = await keeperOf(t);
  await host.keepers.discover();
  const before = host.registry.session(sessionId(2));
  assert.ok(before);

  for (const peer of host.peers) peer.close("a mistake");
  await until(() => ![undefined, before.keeper].includes(host.registry.session(sessionId(2))?.keeper));
});

test("what is left of a session whose keeper is gone is cleared away", async (t) => {
  const host = await keeperOf(t);
  await host.keepers.discover();

  await host.die();
  await until(() => !host.exists());

  assert.equal(host.registry.session(sessionId(2)), undefined);
});

test("ids go up, and after the highest one those that are free are given", async (t) => {
  const { keepers, folder } = await keeperOf(t);

  assert.equal(Number(keepers.freeId()), 3);
  mkdirSync(join(folder, "65535"));
  mkdirSync(join(folder, "3"));
  assert.equal(Number(keepers.freeId()), 4);
});

/** The keeper of Anna's session 2, and a service that looks for it. */
async function keeperOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-keepers-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const sessionFolder = join(folder, "2");
  mkdirSync(sessionFolder);
  let answers = true;
  const facts = async (): Promise<SessionFacts> => {
    if (!answers) throw new CallRefused("busy", "not now");
    return anna;
  };
  const never = (): never => assert.fail("not asked");
  const handlers: Handlers<typeof keeperContract> = {
    facts,
    processes: never,
    ready: never,
    expect: never,
    attach: never,
    setKeyboard: never,
    disconnect: never,
    end: never,
    input: never,
    closed: () => {},
  };
  const server = await serveContract(keeperContract, { path: join(sessionFolder, "keeper.sock") }, () => handlers);
  t.after(() => server.close("the test is over"));
  const registry = new Registry();
  const askAgainAfter = milliseconds(50);
  const keepers = new Keepers({ folder, registry, log: silentLog, askAgainAfter });
  return {
    keepers,
    registry,
    folder,
    get peers(): Iterable<Peer<typeof keeperContract>> {
      return server.peers;
    },
    answers: (does: boolean) => (answers = does),
    die: () => server.close("killed"),
    exists: () => existsSync(sessionFolder),
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    assert.ok(waited < 10_000, "it did not happen within 10 s");
    await delay(20);
  }
}

const anna: SessionFacts = {
  id: sessionId(2),
  user: "anna",
  uid: 40_001,
  createdAt: wallTime(0),
  ready: true,
  lastInputAt: wallTime(0),
  display: 7,
  desktop: "icewm-session",
  keeperPid: process.pid,
  serverPid: 0,
  leaderPid: 0,
};
