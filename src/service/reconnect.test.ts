import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { silentLog, type LogFacts } from "#system/log.ts";
import type { User } from "#system/users.ts";
import { Reconnects } from "./reconnect.ts";
import type { CookieVerdict } from "./reconnectCookies.ts";
import { Registry } from "./registry.ts";
import { testTokens } from "../../test/testTokens.ts";

test("a right cookie brings its session's user in, without a password", async () => {
  const host = reconnecting("right");

  const reply = await host.reconnect("DESK7");

  assert.ok(reply.is === "signedIn");
  assert.equal(reply.user, "anna");
  assert.equal(host.tokens.take(reply.token)?.name, "anna");
  assert.deepEqual(host.reconnects.totals, { returned: 1, refused: 0 });
});

test("a cookie that is worth nothing is refused, logged with its address, and counted", async () => {
  for (const verdict of ["forged", "replayed", "expired", "none"] as const) {
    const host = reconnecting(verdict);

    const reply = await host.reconnect("DESK7");

    assert.equal(reply.is === "refused" && reply.refusal.code, "HF-SIGN-01");
    assert.deepEqual(host.reconnects.totals, { returned: 0, refused: 1 });
    assert.deepEqual(host.logged, [{ session: 2, why: verdict, address: "192.0.2.7", name: "DESK7" }]);
  }
});

test("whoever may not sign in any more does not come back by his cookie", async () => {
  const host = reconnecting("right", {}, { code: "HF-SIGN-04", user: "anna" });

  assert.equal((await host.reconnect("DESK7")).is, "refused");
  assert.equal(host.logged[0]?.["why"], "HF-SIGN-04");
});

test("a cookie is worth nothing where none are given", async () => {
  const host = reconnecting("right", { fDisableAutoReconnect: 1 });
  assert.equal((await host.reconnect("DESK7")).is, "refused");
  assert.equal(host.logged[0]?.["why"], "disabled");
});

test("where sessions return to their computer only, another one's cookie is worth nothing", async () => {
  for (const [name, expected] of [
    ["desk7", "signedIn"],
    ["DESK8", "refused"],
    ["", "refused"],
  ] as const) {
    const host = reconnecting("right", { fReconnectSame: 1 });
    assert.equal((await host.reconnect(name)).is, expected, name);
  }
});

/** A host with Anna's session 2, last at DESK7; every cookie is judged the same. */
function reconnecting(
  verdict: CookieVerdict,
  settings: Partial<Record<"fDisableAutoReconnect" | "fReconnectSame", 1>> = {},
  refusal?: Refusal,
) {
  const registry = new Registry();
  const tokens = testTokens();
  const logged: LogFacts[] = [];
  registry.receiveSession({
    facts: {
      id: sessionId(2),
      user: "anna",
      uid: 0,
      createdAt: wallTime(0),
      ready: true,
      lastInputAt: wallTime(0),
      display: 7,
      desktop: "icewm-session",
      keeperPid: 1,
      serverPid: 0,
      leaderPid: 0,
    },
    keeper: { call: () => assert.fail("not asked"), tell: () => {}, closed: new Promise(() => {}), close: () => {} },
    keeperPath: "",
  });
  const reconnects = new Reconnects({
    authority: {
      confirm: async () => (refusal === undefined ? { is: "signedIn", account: anna } : { is: "refused", refusal }),
    },
    cookies: { take: () => verdict, lastClient: () => "DESK7" },
    registry,
    tokens,
    settings: { fDisableAutoReconnect: 0, fReconnectSame: 0, ...settings },
    userPolicies: { settingsOf: () => undefined },
    log: { ...silentLog, warn: (_event, facts = {}) => void logged.push(facts) },
  });
  const reconnect = (name: string) =>
    reconnects.reconnect({
      connection: connectionId(1),
      session: sessionId(2),
      clientRandom: "00".repeat(32),
      verifier: "00".repeat(16),
      client: { address: "192.0.2.7", name, build: 0 },
    });
  return { reconnect, reconnects, tokens, logged };
}

const anna: User = { name: "anna", uid: 40_001, gid: 40_001, fullName: "", home: "/home/anna", shell: "/bin/sh" };
