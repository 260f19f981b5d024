import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { sessionRows, sessionsCalled } from "./sessionRow.ts";

test("services come first and the listener last; only a connected session has a name", () => {
  const rows = sessionRows({
    sessions: [
      facts({ id: 4, user: "carol" }),
      facts({ id: 2, user: "bob", connection: 3 }),
      facts({ id: 5, ready: false }),
    ],
    own: sessionId(2),
    isListening: true,
  });

  assert.deepEqual(
    rows.map(({ id, name, user, state, own }) => [id, name, user, state, own]),
    [
      [0, "services", "", "Disc", false],
      [2, "rdp-tcp#3", "bob", "Active", true],
      [4, "", "carol", "Disc", false],
      [5, "", "anna", "Init", false],
      [65536, "rdp-tcp", "", "Listen", false],
    ],
  );
});

test("a service that listens nowhere shows no listener", () => {
  assert.deepEqual(
    sessionRows({ sessions: [], isListening: false }).map(({ id }) => id),
    [0],
  );
});

test("a query finds sessions by id, by name in either case, and by user", () => {
  const rows = sessionRows({
    sessions: [
      facts({ id: 2, user: "bob", connection: 3 }),
      facts({ id: 3, user: "Bob" }),
      facts({ id: 4, user: "eve" }),
    ],
    isListening: true,
  });
  const called = (name: string) => sessionsCalled(rows, name).map(({ id }) => id);

  assert.deepEqual(["2", "RDP-Tcp#3", "bob", "Bob", "EVE", "", "nobody", "65536"].map(called), [
    [2],
    [2],
    [2],
    [3],
    [4],
    [],
    [],
    [65536],
  ]);
});

function facts(given: { id: number; user?: string; connection?: number; ready?: boolean }): SessionFacts {
  const at = wallTime(0);
  const client = { address: "192.0.2.7", name: "DESK", build: 22631 };
  return {
    id: sessionId(given.id),
    user: given.user ?? "anna",
    uid: 1000,
    createdAt: at,
    ready: given.ready ?? true,
    ...(given.connection === undefined
      ? {}
      : { attachment: { connection: connectionId(given.connection), client, since: at } }),
    lastInputAt: at,
    display: 10,
    desktop: "xfce4-session",
    keeperPid: 1,
    serverPid: 2,
    leaderPid: 3,
  };
}
