import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { ConnectionFacts, SignInReply } from "#contracts/service.ts";
import { silentLog } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import { ConnectionChronicle } from "./chronicle/connectionChronicle.ts";
import { connectionApi, type ConnectionApiParts } from "./connectionApi.ts";
import { Insides } from "./insides.ts";
import { Registry, type KnownSession } from "./registry.ts";
import { SessionMessages } from "./sessionMessages.ts";

test("a connection process tells of itself alone, whatever it says", async () => {
  const { processOf, registry } = host();
  const [mine, other] = [processOf(100), processOf(200)];
  await mine.announce(facts(1));
  await other.announce(facts(2));

  await assert.rejects(async () => mine.announce(facts(2)), /another process's/u);
  await assert.rejects(async () => mine.announce(facts(3)), /another process's/u);
  mine.changed({ ...facts(2), user: "mallory" });
  mine.closed("it ended");

  assert.deepEqual(
    registry.connections.map(({ id, pid, user }) => [Number(id), pid, user]),
    [[2, 200, undefined]],
  );
});

test("a connection that has lost the service announces itself again", async () => {
  const { processOf, registry } = host();
  await processOf(100).announce(facts(1));

  await processOf(100).announce(facts(1));

  assert.equal(registry.connections.length, 1);
});

test("a question that stands when its connection ends is given up, also when it comes later", async () => {
  const { processOf, abandoned } = host();
  const connection = processOf(100);
  await connection.announce(facts(1));
  const client = { address: "192.0.2.7", name: "", build: 0 };
  const ask = () =>
    connection.signIn({ connection: connectionId(1), user: "anna", domain: "", password: "x", client, nla: false });

  await ask();
  await connection.answer({ conversation: "question 1", answer: "1" });
  const late = ask();
  connection.closed("it ended");
  await late;

  assert.deepEqual(abandoned, ["question 2", "question 3"]);
});

test("a connection gets a new cookie for the session that it is at, and for no other", async () => {
  const { processOf, registry } = host();
  registry.receiveSession(sessionAt(2, 1));
  registry.receiveSession(sessionAt(3, undefined));
  const connection = processOf(100);

  await assert.rejects(connection.renewCookie({ session: sessionId(2) }), CallRefused);
  await connection.announce(facts(1));

  assert.deepEqual(await connection.renewCookie({ session: sessionId(2) }), { reconnectRandom: "cookie of 2" });
  for (const id of [3, 4]) await assert.rejects(connection.renewCookie({ session: sessionId(id) }), CallRefused);
});

/** A service that knows no connection; every sign-in asks one more question. */
function host() {
  const registry = new Registry();
  const abandoned: string[] = [];
  let count = 0;
  const question = async (): Promise<SignInReply> => {
    const conversation = `question ${++count}`;
    return { is: "prompt", conversation, style: "secret", text: "Code:", notices: [] };
  };
  const parts: Omit<ConnectionApiParts, "reconnects" | "openSessions"> = {
    registry,
    processes: { noteAnnounced: () => {} },
    witness: new ConnectionChronicle({
      chronicle: { note: () => {}, keep: () => {}, records: () => [] },
      newRecordId: () => "0000-00",
      connection: (id) => registry.connection(id),
      wallTime: () => wallTime(0),
    }),
    signIns: {
      signIn: question,
      answer: question,
      abandon: (conversation) => void abandoned.push(conversation),
      offersNla: () => false,
      verifyNtlm: () => assert.fail("not asked"),
    },
    cookies: { giveNext: (session) => `cookie of ${session}` },
    messages: new SessionMessages({ registry, randomHex: () => "" }),
    moves: { receiveConnection: () => {}, receiveAnswer: () => {}, forgetConnection: () => {} },
    insides: new Insides({ registry, randomHex: () => "", log: silentLog }),
    traces: {
      receiveConnection: () => {},
      forgetConnection: () => {},
      receiveData: async () => ({ goOn: false }),
      receiveLeft: () => {},
    },
    codecs: { of: () => [], receiveEnd: () => {} },
    broken: () => {},
    nlaRequired: false,
    placeFreed: () => {},
    log: silentLog,
  };
  const unasked = { reconnects: { reconnect: notAsked }, openSessions: { open: notAsked, abandon: () => {} } };
  const api = connectionApi({ ...parts, ...unasked });
  const processOf = (processId: number) =>
    api({ credentials: { userId: 990, groupId: 990, processId }, tell: () => {}, close: () => {} });
  return { registry, abandoned, processOf };
}

const notAsked = (): never => assert.fail("not asked");

function facts(id: number): ConnectionFacts {
  return {
    id: connectionId(id),
    pid: 1,
    client: { address: "192.0.2.7", name: "", build: 0 },
    acceptedAt: wallTime(0),
    step: "awaitingNegotiation",
    authenticated: false,
  };
}

function sessionAt(id: number, connection: number | undefined): KnownSession {
  const client = { address: "192.0.2.7", name: "", build: 0 };
  return {
    facts: {
      id: sessionId(id),
      user: "anna",
      uid: 40_001,
      createdAt: wallTime(0),
      ready: true,
      ...(connection === undefined
        ? {}
        : { attachment: { connection: connectionId(connection), client, since: wallTime(0) } }),
      lastInputAt: wallTime(0),
      display: 7,
      desktop: "icewm-session",
      keeperPid: 1,
      serverPid: 0,
      leaderPid: 0,
    },
    keeper: { call: notAsked, tell: () => {}, closed: new Promise(() => {}), close: () => {} },
    keeperPath: "",
  };
}
