import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { instant, milliseconds, wallTime } from "#base/units.ts";
import { sessionFactsShape, type SessionFacts } from "#contracts/facts.ts";
import type { TimeLimits } from "#policy/timeLimits.ts";
import { silentLog } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { Registry, type KnownSession } from "./registry.ts";
import type { MessageOutcome, MessageToSession } from "./sessionMessages.ts";
import { TimeLimitWatch } from "./timeLimitWatch.ts";

const id = sessionId(2);
const here = connectionId(7);
const attached = { connection: here, client: { address: "192.0.2.7", name: "", build: 0 }, since: wallTime(0) };
const idle = { MaxIdleTime: milliseconds(600_000) };

test("an idle session is warned, and disconnected when nobody answers", async (t) => {
  const host = watched(t, idle);
  await host.pass(479_000);
  assert.equal(host.boxes.length, 0);
  await host.pass(2000);
  assert.match(host.boxes[0]!.text, /8 minutes.*\nIn 2 minutes it will be disconnected/u);
  assert.equal(host.boxes[0]!.anyInputCloses, true);
  await host.pass(120_000);
  assert.deepEqual(host.orders, [["disconnect", { orderedFor: { by: "MaxIdleTime", detail: "600000" } }]]);
  assert.equal(host.boxes.length, 1);
});

test("news of input that has not come yet is asked for before anything is done", async (t) => {
  const host = watched(t, idle);
  host.keeperSays({ lastInputAt: wallTime(9000) });
  await host.pass(485_000);
  assert.equal(host.boxes.length, 0);
  await host.pass(5000);
  assert.equal(host.boxes.length, 1);
  host.keeperSays({ lastInputAt: wallTime(590_000) });
  await host.pass(120_000);
  assert.deepEqual(host.orders, []);
});

test("a warning is taken back when there is input, and comes again for the next end", async (t) => {
  const host = watched(t, idle);
  await host.pass(485_000);
  host.news({ lastInputAt: wallTime(485_000) });
  await host.settle();
  assert.deepEqual(host.outcomes, ["withdrawn"]);
  await host.pass(485_000);
  assert.equal(host.boxes.length, 2);
});

test("a warning that was answered stands no second time for the same end", async (t) => {
  const host = watched(t, { MaxConnectionTime: milliseconds(600_000), fResetBroken: 1 });
  await host.pass(481_000);
  for (let count = 0; count < 5; count++) {
    host.news({ lastInputAt: wallTime(481_000 + count * 10_000) });
    await host.pass(10_000);
  }
  assert.equal(host.boxes.length, 1);
  assert.match(host.boxes[0]!.text, /not saved will be lost/u);
  await host.pass(80_000);
  assert.deepEqual(host.orders, [
    ["end", { how: "signOut", orderedFor: { by: "MaxConnectionTime", detail: "600000" } }],
  ]);
});

test("a disconnected session is ended at its limit, and not when somebody has come back", async (t) => {
  const limits = { MaxDisconnectionTime: milliseconds(60_000) };
  for (const returns of [false, true]) {
    const host = watched(t, limits, { detachedAt: wallTime(0), attachment: undefined });
    if (returns) host.keeperSays({ attachment: attached });
    await host.pass(61_000);
    assert.equal(host.orders.length, returns ? 0 : 1);
    host.watch.close();
    t.mock.timers.reset();
  }
});

test("a clock that is set a day forward takes no session, and one set back keeps none for a day longer", async (t) => {
  const limits = { MaxDisconnectionTime: milliseconds(600_000) };
  for (const day of [86_400_000, -86_400_000]) {
    const host = watched(t, limits, { detachedAt: wallTime(0), attachment: undefined });
    await host.pass(120_000);
    host.clock.setBy = day;
    // As keepers tell it from then on.
    host.keeperSays({ detachedAt: wallTime(day), createdAt: wallTime(day), lastInputAt: wallTime(day) });
    await host.pass(360_000);
    assert.equal(host.orders.length, 0);
    await host.pass(180_000);
    assert.equal(host.orders.length, 1);
    host.watch.close();
    t.mock.timers.reset();
  }
});

test("a keeper that does not answer is asked again", async (t) => {
  const host = watched(t, { MaxDisconnectionTime: milliseconds(60_000) }, { attachment: undefined });
  host.keeperIsSilent(true);
  await host.pass(60_000);
  host.keeperIsSilent(false);
  assert.deepEqual(host.orders, []);
  await host.pass(5000);
  assert.equal(host.orders.length, 1);
});

test("a broken connection ends its session where fResetBroken says so, unless its user is back", async (t) => {
  for (const [fResetBroken, facts, orders] of [
    [1, { attachment: undefined }, 1],
    [1, {}, 1],
    [0, { attachment: undefined }, 0],
    [1, { attachment: { ...attached, connection: connectionId(8) } }, 0],
  ] as const) {
    const host = watched(t, { fResetBroken });
    host.keeperSays(facts);
    await host.watch.receiveBroken(here);
    assert.equal(host.orders.length, orders);
    host.watch.close();
    t.mock.timers.reset();
  }
});

/** A session made, attached and touched at 0, and a clock that only `pass` moves. */
function watched(t: TestContext, limits: Partial<TimeLimits>, first: Changes = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const never = milliseconds(0);
  const all = { MaxDisconnectionTime: never, MaxIdleTime: never, MaxConnectionTime: never, fResetBroken: 0, ...limits };
  const registry = new Registry();
  const boxes: MessageToSession[] = [];
  const outcomes: MessageOutcome["is"][] = [];
  const orders: unknown[] = [];
  let isSilent = false;
  let facts = factsWith(first);
  const answer = async (call: string, request: unknown) => {
    if (isSilent) throw new CallFailed("keeper.facts", { is: "closed", why: "it hangs" });
    if (call === "facts") return facts;
    orders.push([call, request]);
    // What is left of the session after that is not looked at.
    registry.forgetSession(id);
    return {};
  };
  const keeper: any = { call: answer, tell: () => {}, close: () => {}, closed: new Promise(() => {}) };
  const known = (): KnownSession => ({ facts, keeper, keeperPath: "" });
  registry.receiveSession(known());
  registry.receiveConnection({
    id: here,
    pid: 1,
    client: attached.client,
    acceptedAt: wallTime(0),
    step: "active",
    authenticated: true,
    session: id,
  });
  const show = (_session: unknown, box: MessageToSession, withdrawn?: AbortSignal) => {
    boxes.push(box);
    return new Promise<MessageOutcome>((resolve) => {
      withdrawn?.addEventListener("abort", () => {
        outcomes.push("withdrawn");
        resolve({ is: "withdrawn" });
      });
    });
  };
  const clock = { setBy: 0 };
  const watch = new TimeLimitWatch({
    registry,
    messages: { show },
    limitsOf: () => all,
    refresh: async () => {},
    wallTime: () => wallTime(Date.now() + clock.setBy),
    now: () => instant(Date.now()),
    log: silentLog,
  });
  const settle = async () => {
    for (let count = 0; count < 10; count++) await Promise.resolve();
  };
  const pass = async (length: number) => {
    for (let left = length; 0 < left; left -= 1000) {
      t.mock.timers.tick(Math.min(1000, left));
      await settle();
    }
  };
  const keeperSays = (changes: Changes) => void (facts = withChanges(facts, changes));
  const news = (changes: Changes) => {
    keeperSays(changes);
    registry.receiveSession(known());
  };
  return {
    watch,
    clock,
    boxes,
    outcomes,
    orders,
    pass,
    settle,
    news,
    keeperSays,
    keeperIsSilent: (is: boolean) => (isSilent = is),
  };
}

type Changes = { readonly [K in keyof SessionFacts]?: SessionFacts[K] | undefined };

function factsWith(changes: Changes): SessionFacts {
  return withChanges(
    {
      id,
      user: "anna",
      uid: 1000,
      createdAt: wallTime(0),
      ready: true,
      attachment: attached,
      lastInputAt: wallTime(0),
      display: 10,
      desktop: "",
      keeperPid: 1,
      serverPid: 1,
      leaderPid: 1,
    },
    changes,
  );
}

function withChanges(facts: SessionFacts, changes: Changes): SessionFacts {
  const all = Object.entries({ ...facts, ...changes }).filter(([, value]) => value !== undefined);
  return sessionFactsShape.parse(Object.fromEntries(all));
}
