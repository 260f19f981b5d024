import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import { loggedEvent, type EventFacts, type EventName } from "#contracts/event.ts";
import type { EndRecord } from "#contracts/record.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { ConnectionChronicle } from "./connectionChronicle.ts";
import { plantedConnection, plantedSession } from "../../../test/plantedFacts.ts";
import { SessionChronicle } from "./sessionChronicle.ts";

test("a connection from its first byte to a wrong password leaves Windows' trail: 261, 131, 65, 140, and its end", () => {
  const { connections, events, records, known } = world();
  connections.receiveArrival(connectionId(7), "192.0.2.7:50000");
  connections.receiveAnnounced(known(7));
  connections.receiveClaim(connectionId(7), "anna");
  connections.receiveSignInRefused(connectionId(7), "anna", { code: "HF-SIGN-01", user: "anna" });
  connections.receiveEnded(connectionId(7), { how: "the client left (closed)" });
  connections.receiveClosed(known(7));

  assert.deepEqual(events, ["261", "131", "65", "140", "103"]);
  const [record] = records;
  assert.deepEqual(
    [record?.id, record?.what, record?.how, record?.user, record?.authenticated, record?.step],
    ["REC7-00", "connectionEnded", "the client left (closed)", "anna", false, "signIn"],
  );
});

test("a refusal is written down when it is shown, and once", () => {
  const { connections, events, records, known } = world();
  connections.receiveAnnounced(known(7));
  connections.receiveProof(connectionId(7), "anna", { nla: true });
  const refusal = { code: "HF-SEAT-01", used: 2, limit: 2, host: "ts1" } as const;
  connections.receiveRefused(connectionId(7), refusal);
  assert.equal(records.length, 1);

  connections.receiveEnded(connectionId(7), { refusal, how: "" });

  assert.deepEqual(events, ["1149 anna", "3 anna", "102", "103"]);
  assert.deepEqual(
    records.map(({ id, what, reason, user, authenticated, facts }) => ({
      id,
      what,
      reason,
      user,
      authenticated,
      facts,
    })),
    [
      {
        id: "REC7-00",
        what: "refused",
        reason: 7,
        user: "anna",
        authenticated: true,
        facts: { used: 2, limit: 2, host: "ts1" },
      },
    ],
  );
});

test("a connection whose process dies without a word has a record all the same; one that comes back has none", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { connections, records, known, forget } = world();
  const [dead, living] = [known(7), known(8)];
  for (const facts of [dead, living]) connections.receiveAnnounced(facts);
  forget(7);
  for (const facts of [dead, living]) connections.receiveClosed(facts);

  t.mock.timers.tick(5000);

  assert.deepEqual(
    records.map(({ id, words }) => [id, words?.code]),
    [["REC7-00", "HF-SESS-07"]],
  );
});

test("a session's life leaves Windows' trail: 22, 21, 40 and 24, 25, 23", async () => {
  const { connections, sessions, events, records, known } = world();
  connections.receiveAnnounced(known(7));
  const at = { connection: 7, user: "anna", id: 2 };
  sessions.receiveFacts(plantedSession({ id: 2, user: "anna", leaderPid: 0 }));
  sessions.receiveFacts(plantedSession({ id: 2, user: "anna" }));
  sessions.receiveFacts(plantedSession(at));
  sessions.receiveFacts(plantedSession(at));
  connections.receiveEnded(connectionId(7), {
    refusal: { code: "HF-LIMIT-01", milliseconds: 60_000, ended: false },
    how: "",
  });
  sessions.receiveFacts(plantedSession({ id: 2, user: "anna", detachedAt: 0 }));
  await new Promise(setImmediate);
  sessions.receiveFacts(plantedSession({ ...at, connection: 8, detachedAt: 0 }));
  sessions.receiveFacts(plantedSession({ id: 2, user: "anna", detachedAt: 0 }));
  sessions.receiveEnded(sessionId(2), { cause: "reset", culprit: "holdfast", sentence: "It was reset.", log: [] });

  const ofSession = events.filter((event) => ["21", "22", "23", "24", "25", "40"].includes(event.split(" ")[0] ?? ""));
  assert.deepEqual(ofSession, [
    "22 anna",
    "21 anna",
    "40 anna reason 3",
    "24 anna",
    "25 anna",
    "23 anna",
    "40 anna reason 2",
  ]);
  const last = records.at(-1);
  assert.deepEqual([last?.what, last?.session, last?.words?.code], ["sessionEnded", 2, "HF-SESS-06"]);
});

test("a session that was there before the service is not begun again", () => {
  const { sessions, events } = world();
  sessions.takeUp(plantedSession({ id: 2, user: "anna" }));

  sessions.receiveFacts(plantedSession({ id: 2, user: "anna" }));
  sessions.receiveFacts(plantedSession({ id: 2, user: "anna", connection: 9 }));

  assert.deepEqual(events, ["25 anna"]);
});

function world() {
  const events: string[] = [];
  const records: EndRecord[] = [];
  const registry = new Map<number, ConnectionFacts>();
  const note = (name: EventName, facts: EventFacts = {}): void => {
    const { id, user } = loggedEvent(name, wallTime(0), facts);
    const reason = name === "disconnectReason" ? `reason ${facts.data?.["Reason"]}` : undefined;
    events.push([id, user, reason].filter((part) => part !== undefined).join(" "));
  };
  const chronicle = { note, keep: (record: EndRecord) => void records.push(record), records: () => [] };
  const wall = () => wallTime(100_000);
  const connections = new ConnectionChronicle({
    chronicle,
    newRecordId: () => "0000-00",
    connection: (id) => registry.get(id),
    wallTime: wall,
  });
  const sessions = new SessionChronicle({
    chronicle,
    newRecordId: () => "0000-00",
    reasonOf: (connection) => connections.reasonOf(connection),
    wallTime: wall,
  });
  const known = (id: number): ConnectionFacts => {
    const facts = registry.get(id) ?? plantedConnection(id);
    registry.set(id, facts);
    return facts;
  };
  return { connections, sessions, events, records, known, forget: (id: number) => void registry.delete(id) };
}
