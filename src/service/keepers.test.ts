import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sessionId } from "#base/ids.ts";
import { anything } from "#base/shape/shape.ts";
import { milliseconds, wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract } from "#contracts/keeper.ts";
import { silentLog } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import type { ContractForm } from "#system/rpc/contractForm.ts";
import { serveContract, type Handlers } from "#system/rpc/serveContract.ts";
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

test("a keeper of a version that nobody here understands is listed, and can be disconnected and ended", async (t) => {
  const orders: string[] = [];
  const done = async () => ({});
  const other = { ...keeperContract, version: 9, oldest: 8, calls: { ...keeperContract.calls, facts: anyFacts } };
  const strange = {
    id: 2,
    user: "anna",
    uid: 40_001,
    lastInputAt: "yesterday",
    attachment: { by: "nobody" },
    ready: 7,
  };
  const host = await keeperOf(t, other, {
    facts: async () => strange,
    disconnect: async () => (orders.push("disconnect"), done()),
    end: async ({ how }: { readonly how: string }) => (orders.push(`end ${how}`), done()),
  });

  await host.keepers.discover();
  const known = host.registry.session(sessionId(2));
  await known?.keeper.call("disconnect", {});
  await known?.keeper.call("end", { how: "signOut" });

  assert.deepEqual(known?.otherVersion, { version: 9, attachable: false });
  assert.deepEqual([known?.facts.user, known?.facts.uid, known?.facts.attachment], ["anna", 40_001, undefined]);
  assert.deepEqual(orders, ["disconnect", "end signOut"]);
});

test("a keeper of an older version that is still understood works as the others do", async (t) => {
  const host = await keeperOf(t, { ...keeperContract, version: 7, oldest: 1 });

  await host.keepers.discover();

  assert.deepEqual(host.registry.session(sessionId(2))?.otherVersion, { version: 7, attachable: true });
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
async function keeperOf<C extends ContractForm = typeof keeperContract>(
  t: TestContext,
  contract?: C,
  some: Readonly<Record<string, unknown>> = {},
) {
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
    xClients: never,
    inside: never,
    sendDump: never,
    trace: never,
    lastWords: never,
    ready: never,
    expect: never,
    attach: never,
    setKeyboard: never,
    disconnect: never,
    end: never,
    input: never,
    closed: () => {},
  };
  const path = join(sessionFolder, "keeper.sock");
  const server = await serveContract(contract ?? keeperContract, { path }, () => ({ ...handlers, ...some }) as never);
  t.after(() => server.close("the test is over"));
  const registry = new Registry();
  const askAgainAfter = milliseconds(50);
  const keepers = new Keepers({ folder, registry, log: silentLog, askAgainAfter });
  return {
    keepers,
    registry,
    folder,
    get peers(): Iterable<{ close(why: string): void }> {
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

const anyFacts = { ...keeperContract.calls.facts, reply: anything };

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
