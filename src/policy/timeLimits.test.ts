import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds, minutes, wallTime } from "#base/units.ts";
import { timeLimitsOf, type LimitedSession, type TimeLimits } from "./timeLimits.ts";

const none: TimeLimits = {
  MaxDisconnectionTime: milliseconds(0),
  MaxIdleTime: milliseconds(0),
  MaxConnectionTime: milliseconds(0),
  fResetBroken: 0,
};
const at = (minute: number) => wallTime(1_000_000 + minute * 60_000);
/** Made at 0, attached at 10, touched at 20. */
const active: LimitedSession = {
  createdAt: at(0),
  ready: true,
  attachment: { since: at(10) },
  detachedAt: at(5),
  lastInputAt: at(20),
};
const disconnected: LimitedSession = { ...active, attachment: undefined, detachedAt: at(30) };
const idle = { ...none, MaxIdleTime: minutes(30) };

test("without limits nothing is ever due", () => {
  for (const session of [active, disconnected]) {
    assert.deepEqual(timeLimitsOf(session, none, at(100_000)), { due: undefined, lookAgainAt: undefined });
  }
});

test("an idle session is warned two minutes before, and disconnected", () => {
  assert.deepEqual(timeLimitsOf(active, idle, at(20)), { due: undefined, lookAgainAt: at(48) });
  const warning = { is: "warn", limit: "MaxIdleTime", allowed: minutes(30), action: "disconnect", at: at(50) };
  assert.deepEqual(timeLimitsOf(active, idle, at(48)), { due: warning, lookAgainAt: at(50) });
  const over = { is: "disconnect", limit: "MaxIdleTime", allowed: minutes(30) };
  assert.deepEqual(timeLimitsOf(active, idle, at(50)), { due: over, lookAgainAt: undefined });
});

test("a key begins the idle time anew, and so does coming back", () => {
  assert.deepEqual(timeLimitsOf({ ...active, lastInputAt: at(49) }, idle, at(50)).lookAgainAt, at(77));
  assert.deepEqual(timeLimitsOf({ ...active, attachment: { since: at(60) } }, idle, at(61)), {
    due: undefined,
    lookAgainAt: at(88),
  });
});

test("a program that does not want to be disturbed counts as a key, for as long as it says so", () => {
  const film = { ...active, inhibitedAt: at(40) };
  assert.deepEqual(timeLimitsOf(film, idle, at(50)), { due: undefined, lookAgainAt: at(68) });
  assert.equal(timeLimitsOf({ ...film, lastInputAt: at(45) }, idle, at(50)).lookAgainAt, at(73));
  assert.equal(timeLimitsOf(film, { ...none, MaxConnectionTime: minutes(30) }, at(40)).due?.is, "disconnect");
});

test("limits shorter than four minutes warn in their middle", () => {
  const short = { ...none, MaxIdleTime: minutes(1) };
  assert.equal(timeLimitsOf(active, short, at(20)).lookAgainAt, at(20.5));
  assert.equal(timeLimitsOf(active, short, at(20.5)).due?.is, "warn");
});

test("a connection has its time whatever its user does; fResetBroken ends instead of disconnecting", () => {
  const limits = { ...none, MaxConnectionTime: minutes(60), fResetBroken: 1 };
  const session = { ...active, lastInputAt: at(69) };
  assert.equal(timeLimitsOf(session, limits, at(69)).due?.is, "warn");
  assert.deepEqual(timeLimitsOf(session, limits, at(70)).due, {
    is: "end",
    limit: "MaxConnectionTime",
    allowed: minutes(60),
  });
});

test("a disconnected session is ended, never warned, and only by its own limit", () => {
  const limits = { ...idle, MaxConnectionTime: minutes(1), MaxDisconnectionTime: minutes(5) };
  assert.deepEqual(timeLimitsOf(disconnected, limits, at(34)), { due: undefined, lookAgainAt: at(35) });
  assert.deepEqual(timeLimitsOf(disconnected, limits, at(35)).due, {
    is: "end",
    limit: "MaxDisconnectionTime",
    allowed: minutes(5),
  });
  assert.equal(timeLimitsOf(active, { ...none, MaxDisconnectionTime: minutes(5) }, at(500)).due, undefined);
});

test("a session to which nobody ever came is disconnected since it was made", () => {
  const limits = { ...none, MaxDisconnectionTime: minutes(5) };
  assert.equal(timeLimitsOf({ ...disconnected, detachedAt: undefined }, limits, at(4)).lookAgainAt, at(5));
});

test("no limit holds while the desktop is being started", () => {
  const limits = { ...none, MaxDisconnectionTime: minutes(1) };
  const starting = { ...disconnected, ready: false };
  assert.deepEqual(timeLimitsOf(starting, limits, at(90)), { due: undefined, lookAgainAt: undefined });
});

test("of two limits the nearer one warns", () => {
  const limits = { ...none, MaxIdleTime: minutes(30), MaxConnectionTime: minutes(39) };
  const { due } = timeLimitsOf(active, limits, at(48.5));
  assert.deepEqual(due?.is === "warn" && [due.limit, due.at], ["MaxConnectionTime", at(49)]);
});

test("a limit that has become other counts from then on: nobody loses a session at that moment", () => {
  const kept = { ...none, MaxDisconnectionTime: minutes(60), inForceSince: at(5000) };

  assert.deepEqual(timeLimitsOf(disconnected, kept, at(5001)), { due: undefined, lookAgainAt: at(5060) });
  assert.equal(timeLimitsOf(disconnected, kept, at(5060)).due?.is, "end");
  assert.deepEqual(timeLimitsOf(active, { ...idle, inForceSince: at(15) }, at(20)).lookAgainAt, at(48));
});
