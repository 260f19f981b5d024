import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { instant, wallTime } from "#base/units.ts";
import type { SessionEnd } from "#contracts/keeper.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { silentLog } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { User } from "#system/users.ts";
import { OpenSessions } from "./openSession.ts";
import { Registry, type KnownSession, type OtherVersion } from "./registry.ts";
import { Seats } from "./seats.ts";
import { SessionStarts } from "./sessionStarts.ts";
import { testTokens } from "../../test/testTokens.ts";

test("a user gets the session that he has, and two clients at the same moment get the same new one", async (t) => {
  const host = opening(t);

  const [first, second] = await Promise.all([host.open(), host.open()]);
  const third = await host.open();

  assert.deepEqual([first.is, second.is, third.is, host.started()], ["attach", "attach", "attach", 1]);
});

test("who has several sessions and comes back by a cookie returns to the one that he was at", async (t) => {
  const host = opening(t, { settings: { fSingleSessionPerUser: 0 } });
  host.has({ ready: async () => ({ is: "ready" }) });
  host.has({ ready: async () => ({ is: "ready" }) }, undefined, 12);

  const chooses = await host.open();
  const returns = await host.open("", { returnsTo: 12 });
  const gone = await host.open("", { returnsTo: 13 });

  assert.deepEqual([chooses.is, returns.is === "attach" && returns.session, gone.is], ["choose", 12, "choose"]);
});

test("who has no right to come in gets neither a new session nor the one that he has", async (t) => {
  const host = opening(t, { denied: "anna" });
  host.has({ ready: async () => ({ is: "ready" }) });

  const reply = await host.open();

  assert.deepEqual(reply, { is: "refused", refusal: { code: "HF-SIGN-12", user: "anna", rule: "anna" } });
  assert.equal(host.started(), 0);
  assert.equal((await host.open("", { user: "boris" })).is, "attach");
});

test("whoever comes while his session is ending gets a new one", async (t) => {
  for (const ready of [
    async () => ({ is: "ended", end: ended("signedOut") }),
    async () => Promise.reject(new CallFailed("keeper.ready", { is: "closed", why: "it ended" })),
  ]) {
    const host = opening(t);
    host.has({ ready });

    const reply = await host.open();

    assert.deepEqual([reply.is, host.started()], ["attach", 1]);
  }
});

test("whoever waits for a session that cannot be started is told why, and no second one is tried", async (t) => {
  const host = opening(t);
  host.has({ ready: async () => ({ is: "ended", end: ended("desktopFailed") }) });

  const reply = await host.open();

  assert.deepEqual([reply.is === "refused" ? reply.refusal.code : reply.is, host.started()], ["HF-SESS-01", 0]);
});

test("a run folder that cannot be written keeps nobody from a session that is there", async (t) => {
  const host = opening(t);
  host.has({ ready: async () => ({ is: "ready" }) });

  assert.equal((await host.open()).is, "attach");
});

test("where sessions return to their computer only, another one is told which", async (t) => {
  const host = opening(t, { settings: { fReconnectSame: 1 }, lastClient: "DESK7" });
  host.has({ ready: async () => ({ is: "ready" }) });

  const elsewhere = await host.open("DESK8");
  const there = await host.open("desk7");

  assert.deepEqual(elsewhere, { is: "refused", refusal: { code: "HF-SESS-09", name: "DESK7" } });
  assert.equal(there.is, "attach");
});

test("a session whose keeper is of a version that cannot be shown is left alone, and another offered", async (t) => {
  const host = opening(t);
  host.has({ ready: () => assert.fail("not asked") }, { version: 9, attachable: false });

  const reply = await host.open();

  assert.ok(reply.is === "choose");
  const { why, another, holders, notice } = reply.offer;
  assert.deepEqual(
    [why, another, holders.map(({ may }) => may), host.started()],
    ["severalSessions", true, [["end"]], 0],
  );
  assert.match(notice?.text ?? "", /another version of Holdfast \(contract 9\)/u);
});

test("where no cookies are wished, none is given", async (t) => {
  const given = [{}, { fDisableAutoReconnect: 1 }].map(async (settings) => {
    const reply = await opening(t, { settings }).open();
    return reply.is === "attach" && reply.reconnectRandom;
  });

  assert.deepEqual(await Promise.all(given), ["cookie", undefined]);
});

test("of two who come for the last seat at the same instant exactly one gets it, a thousand times", async (t) => {
  const host = opening(t, { settings: { MaxInstanceCount: 1 } });
  for (let round = 0; round < 1000; round++) {
    const replies = await Promise.all([
      host.open("", { user: "anna" }),
      host.open("", { user: "boris", connection: 2 }),
    ]);

    assert.deepEqual(replies.map(({ is }) => is).toSorted(), ["attach", "choose"]);
    host.leave();
  }
});

/** A host where Anna signs in; `has`: with a session already. */
function opening(
  t: TestContext,
  options: {
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly lastClient?: string;
    readonly denied?: string;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-opening-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const settings = resolve(hostSettings, options.settings ?? {});
  assert.ok(settings.is === "resolved");
  const registry = new Registry();
  let count = 0;
  let started = 0;
  const tokens = testTokens();
  const randomHex = (bytes: number) => String(++count).padStart(bytes * 2, "0");
  const seats = new Seats({
    registry,
    settings: () => settings.settings,
    room: () => ({ memoryTotalMB: 8192, memoryLeftMB: 4096, processesMax: 32_768, processesLeft: 30_000 }),
    logonMode: () => "enabled",
    now: () => instant(0),
    wallTime: () => wallTime(0),
  });
  const keepers = {
    folder,
    freeId: () => sessionId(2 + started),
    start: async ({ user }: { readonly user: string }) => {
      const made = session(2 + started++, { ready: async () => ({ is: "ready" }) });
      const known = { ...made, facts: { ...made.facts, user } };
      registry.receiveSession(known);
      return known;
    },
  };
  const sessions = new OpenSessions({
    registry,
    tokens,
    seats,
    licences: { use: () => undefined },
    choices: { carryOut: async () => undefined, abandon: () => {} },
    starts: new SessionStarts({ keepers, settings: settings.settings, connectionGid: undefined, log: silentLog }),
    isAdministrator: async () => false,
    settings: settings.settings,
    userPolicies: {
      mayComeIn: async ({ name }) =>
        name === options.denied
          ? { is: "refused", refusal: { code: "HF-SIGN-12", user: name, rule: name } }
          : { is: "allowed", because: "" },
      settingsOf: () => settings.settings,
    },
    cookies: { giveFirst: () => "cookie", lastClient: () => options.lastClient },
    randomHex,
  });
  const open = (
    name = "",
    { user = "anna", connection = 1, returnsTo }: { user?: string; connection?: number; returnsTo?: number } = {},
  ) =>
    sessions.open({
      token: tokens.give({
        ...anna,
        name: user,
        ...(returnsTo === undefined ? {} : { returnsTo: sessionId(returnsTo) }),
      }),
      connection: connectionId(connection),
      client: { address: "192.0.2.7", name, build: 0 },
      size: { width: 800, height: 600 },
      keyboard: { model: "pc105", layout: "us" },
    });
  const has = (keeper: { readonly ready: () => Promise<unknown> }, otherVersion?: OtherVersion, id = 9): void => {
    const known = session(id, keeper, () => registry.forgetSession(sessionId(id)));
    registry.receiveSession({ ...known, ...(otherVersion === undefined ? {} : { otherVersion }) });
  };
  const leave = (): void => {
    for (const { facts } of registry.sessions) registry.forgetSession(facts.id);
    for (const connection of [1, 2]) sessions.abandon(connectionId(connection));
  };
  return { open, has, leave, started: () => started };
}

/** `gone`: told when its keeper has said goodbye, which it does as soon as somebody asks. */
function session(id: number, { ready }: { readonly ready: () => Promise<unknown> }, gone = () => {}): KnownSession {
  const closed = Promise.withResolvers<string>();
  const call = async (name: string): Promise<any> => {
    if (name !== "ready") return {};
    try {
      return await ready();
    } finally {
      setImmediate(() => {
        gone();
        closed.resolve("the session has ended");
      });
    }
  };
  const keeper = { call, tell: () => {}, closed: closed.promise, close: () => {} };
  const facts = {
    id: sessionId(id),
    user: "anna",
    uid: 40_001,
    createdAt: wallTime(0),
    ready: true,
    lastInputAt: wallTime(0),
    display: 7,
    desktop: "icewm-session",
    keeperPid: 1,
    serverPid: 0,
    leaderPid: 0,
  };
  return { facts, keeper, keeperPath: "" };
}

const ended = (cause: SessionEnd["cause"]): SessionEnd => ({ cause, culprit: "xterm", sentence: "It ended.", log: [] });
const anna: User = { name: "anna", uid: 40_001, gid: 40_001, fullName: "", home: "/home/anna", shell: "/bin/sh" };
