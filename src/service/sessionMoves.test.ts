import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { ConnectionFacts, SessionToTake } from "#contracts/service.ts";
import { silentLog } from "#system/log.ts";
import type { KnownSession } from "./registry.ts";
import { SessionMoves } from "./sessionMoves.ts";

test("a session is announced at its keeper, and its connection told where it is", async () => {
  const { moves, told, asked } = host();

  const moved = moves.move(session("anna"), connection("anna"), { by: "root", administrative: false });
  const order = await told;
  moves.receiveAnswer(connectionId(6), order.id, "it is not at a session");
  moves.receiveAnswer(connectionId(5), order.id, undefined);

  assert.equal(await moved, undefined);
  const { address, name, build } = connection("anna").client;
  const client = { address, name, build };
  assert.deepEqual(asked, [{ ticket: order.ticket, connection: 5, client, administrative: false, movedBy: "root" }]);
  assert.deepEqual(order, {
    id: "random 1",
    ticket: "random 2",
    session: 2,
    user: "anna",
    keeperPath: "/run/2",
    reconnectRandom: "cookie of 2 for desk",
  });
});

test("who is brought to another's session gets no cookie for it", async () => {
  const { moves, told } = host();

  const moved = moves.move(session("anna"), connection("boris"), { by: "root", administrative: false });
  const order = await told;
  moves.receiveAnswer(connectionId(5), order.id, undefined);

  assert.deepEqual([await moved, "reconnectRandom" in order], [undefined, false]);
});

test("what cannot be moved says why", async () => {
  const { moves, told } = host();
  const by = { by: "root", administrative: false };
  const older = connection("anna", { takesSessions: undefined });
  const starting = { ...session("anna"), facts: { ...session("anna").facts, ready: false } };

  const leaving = moves.move(session("anna"), connection("anna"), by);
  await told;
  moves.forgetConnection(connectionId(5));
  const why = [await leaving, await moves.move(session("anna"), connection("anna"), by)];
  moves.receiveConnection(connectionId(5), () => {});
  why.push(await moves.move(session("anna"), older, by), await moves.move(starting, connection("anna"), by));

  assert.deepEqual(why, [
    "its connection has just ended",
    "its connection has just ended",
    "the process of that connection is of an older version; connect it anew",
    "the session's desktop is being started, or is ending",
  ]);
});

const asked: unknown[] = [];

function host() {
  asked.length = 0;
  let count = 0;
  const moves = new SessionMoves({
    cookies: { giveFirst: (id, name) => `cookie of ${id} for ${name}` },
    randomHex: () => `random ${++count}`,
    log: silentLog,
  });
  const { promise: told, resolve } = Promise.withResolvers<SessionToTake>();
  moves.receiveConnection(connectionId(5), (name, value) => {
    if (name === "takeSession" && "ticket" in value) resolve(value);
  });
  return { moves, told, asked };
}

function session(user: string): KnownSession {
  const call = async (_name: string, request: unknown): Promise<unknown> => asked.push(request);
  const keeper = { call, tell: () => {}, closed: new Promise<string>(() => {}), close: () => {} };
  const facts = {
    id: sessionId(2),
    user,
    uid: 1000,
    createdAt: wallTime(0),
    ready: true,
    lastInputAt: wallTime(0),
    display: 10,
    desktop: "",
    keeperPid: 1,
    serverPid: 2,
    leaderPid: 3,
  };
  return { facts, keeper: keeper as KnownSession["keeper"], keeperPath: "/run/2" };
}

function connection(user: string, { takesSessions }: { takesSessions: true | undefined } = { takesSessions: true }) {
  const facts: ConnectionFacts = {
    id: connectionId(5),
    pid: 1,
    client: { address: "192.0.2.7", name: "desk", build: 0 },
    acceptedAt: wallTime(0),
    step: "active",
    authenticated: true,
    user,
    ...(takesSessions === undefined ? {} : { takesSessions }),
  };
  return facts;
}
