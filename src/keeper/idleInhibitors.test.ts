import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, wallTime } from "#base/units.ts";
import { busCall, DbusConnection, type DbusAnswer } from "#system/dbus/dbusConnection.ts";
import type { DbusValue } from "#system/dbus/dbusMessage.ts";
import { silentLog } from "#system/log.ts";
import { startMessageBus } from "../../test/messageBus.ts";
import { IdleInhibitors } from "./idleInhibitors.ts";

test("where nobody keeps requests the session does, until they are taken back or their makers go", async (t) => {
  const { inhibitors, program, at } = await session(t);
  const [film, call, other] = [await program(), await program(), await program()];
  const cookies = [await film.inhibit("film"), await call.inhibit("call")];
  assert.deepEqual(cookies, [1, 2]);

  // Nobody else can take it back, and a second time is no harm.
  await other.ask("UnInhibit", "u", 1);
  await call.ask("UnInhibit", "u", 2);
  await call.ask("UnInhibit", "u", 2);
  at(1000);
  assert.equal(inhibitors.inhibitedAt, 1000);
  film.leave();
  let time = 1000;
  await until(() => (inhibitors.inhibitedAt ?? 0) < at(++time));

  assert.ok(1000 <= (inhibitors.inhibitedAt ?? 0), "until then it held");
});

test("a desktop that keeps requests is asked, and its own screen saver is left alone", async (t) => {
  const { inhibitors, program, at, claim } = await session(t, { claimed: false });
  const desktop = await program((member) => (member === "HasInhibit" ? { signature: "b", body: [true] } : undefined));
  await desktop.own("org.freedesktop.ScreenSaver");
  await claim();

  await inhibitors.look();
  assert.equal(inhibitors.inhibitedAt, undefined);
  await desktop.own("org.freedesktop.PowerManagement");
  at(3000);
  await inhibitors.look();

  assert.equal(inhibitors.inhibitedAt, 3000);
  // The saver that is there answers for itself: it knows no such method.
  assert.equal(await (await program()).inhibit("film"), undefined);
});

test("what is no request is refused, and a bus that cannot be reached is no harm", async (t) => {
  const { address, user, program } = await session(t);
  const caller = await program();
  assert.deepEqual(await caller.ask("Lock", ""), { is: "failed", why: "org.freedesktop.DBus.Error.UnknownMethod" });
  assert.deepEqual(await caller.ask("GetActive", ""), { is: "answered", body: [false] });

  const options = { user, wallTime: () => wallTime(0), changed: () => {}, log: silentLog };
  const unreachable = await IdleInhibitors.open({ ...options, address: `${address}-not-there` });
  await unreachable.look();

  assert.equal(unreachable.inhibitedAt, undefined);
});

/** A session on a bus of its own, at the time that `at` sets; without `claimed` it takes the name when told. */
async function session(t: TestContext, { claimed = true } = {}) {
  const { address, user } = await startMessageBus(t);
  let now = 0;
  const claimedAfter = milliseconds(claimed ? 0 : 300);
  const inhibitors = await IdleInhibitors.open({
    address,
    user,
    wallTime: () => wallTime(now),
    changed: () => {},
    claimedAfter,
    log: silentLog,
  });
  t.after(() => inhibitors.close());
  const program = async (called: (member: string) => Answer = () => undefined) => {
    const bus = await DbusConnection.open(address, user, {
      called: ({ member = "" }) => called(member),
      signalled: () => {},
      closed: () => {},
    });
    t.after(() => bus.close());
    const saver = { destination: "org.freedesktop.ScreenSaver", path: "/ScreenSaver" };
    const ask = (member: string, signature: string, ...body: readonly DbusValue[]): Promise<DbusAnswer> =>
      bus.call({ ...saver, interface: saver.destination, member, signature, body }, within);
    return {
      ask,
      inhibit: async (name: string) => {
        const answer = await ask("Inhibit", "ss", name, "plays");
        return answer.is === "answered" ? answer.body[0] : undefined;
      },
      own: (name: string) => bus.call({ ...busCall, member: "RequestName", signature: "su", body: [name, 0] }, within),
      leave: () => bus.close(),
    };
  };
  const claim = () => delay(600);
  if (claimed) {
    const asker = await program();
    await untilAnswered(() => asker.ask("GetActive", ""));
  }
  return { inhibitors, program, address, user, claim, at: (time: number) => (now = time) };
}

type Answer = { readonly signature: string; readonly body: readonly DbusValue[] } | undefined;

async function untilAnswered(ask: () => Promise<DbusAnswer>): Promise<void> {
  for (let tries = 0; (await ask()).is === "failed"; tries++) {
    assert.ok(tries < 200, "nobody answers");
    await delay(20);
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 500, "it did not come true within 10 s");
    await delay(20);
  }
}

const within = milliseconds(5000);
