import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import { instant, wallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { Registry } from "./registry.ts";
import { Seats } from "./seats.ts";

test("a newcomer on a host of thousands is shown his own sessions, then those that are missed least", () => {
  const registry = new Registry();
  for (let id = 1; id <= 3000; id++) {
    const attachment = id % 3 === 0 ? {} : { attachment: attachmentOf(id) };
    registry.receiveSession(
      known({ id: sessionId(id), user: `user${id}`, lastInputAt: wallTime(4000 - id), ...attachment }),
    );
  }
  const seats = seatsOver(registry, { MaxInstanceCount: 2000, fSingleSessionPerUser: 0 });
  const arriving = { user: "user2998", isAdministrator: false, asksForDoor: false };

  const { holders } = seats.offer(
    arriving,
    registry.sessions.map(({ facts }) => facts.id),
  );

  assert.equal(holders.length, limits.seatHoldersShown);
  assert.deepEqual(
    holders.slice(0, 3).map(({ user, isAttached }) => [user, isAttached]),
    [
      ["user2998", true],
      ["user3000", false],
      ["user2997", false],
    ],
  );
});

test("sessions are listed by their ids, in whatever order they come, change and go", () => {
  const registry = new Registry();
  for (const id of [5, 2, 9, 3]) registry.receiveSession(known({ id: sessionId(id) }));
  registry.receiveSession(known({ id: sessionId(5), user: "renamed" }));
  registry.forgetSession(sessionId(3));
  registry.forgetSession(sessionId(4));

  assert.deepEqual(
    registry.sessions.map(({ facts: { id, user } }) => [id, user]),
    [
      [2, "anna"],
      [5, "renamed"],
      [9, "anna"],
    ],
  );
});

function seatsOver(registry: Registry, given: Readonly<Record<string, unknown>>): Seats {
  const resolved = resolve(hostSettings, given);
  assert.ok(resolved.is === "resolved");
  return new Seats({
    registry,
    settings: () => resolved.settings,
    room: () => ({ memoryTotalMB: 8192, memoryLeftMB: 4096, processesMax: 32_768, processesLeft: 30_000 }),
    logonMode: () => "enabled",
    now: () => instant(0),
    wallTime: () => wallTime(0),
  });
}

function known(given: Partial<SessionFacts>) {
  const facts: SessionFacts = {
    id: sessionId(2),
    user: "anna",
    uid: 40_001,
    createdAt: wallTime(0),
    ready: true,
    lastInputAt: wallTime(0),
    display: 7,
    desktop: "",
    keeperPid: 1,
    serverPid: 0,
    leaderPid: 0,
    ...given,
  };
  const keeper = {
    call: () => Promise.reject(new Error("nobody asks it")),
    tell: () => {},
    closed: new Promise<string>(() => {}),
    close: () => {},
  };
  return { facts, keeper, keeperPath: "" };
}

function attachmentOf(connection: number) {
  const client = { address: "192.0.2.7", name: "", build: 0 };
  return { connection: connectionId(connection), client, since: wallTime(0) };
}
