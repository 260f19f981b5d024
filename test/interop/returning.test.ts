import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import type { ClientOptions } from "../../src/diagnostics/client/clientOptions.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { awaitScreen, firstQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { startProxy } from "./harness/proxy.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, keys, press, typed, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test("a client that was given a new cookie returns by it, also when the service was restarted", { skip }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "ReconnectCookieSeconds = 5", desktop: typingDesktop });
  await using proxy = await startProxy(host);
  const args = ["/sec:tls", "+auto-reconnect"];
  // The client does not know the password: its user types it once.
  await using client = await startXfreerdp({ host: proxy, user: anna, args });
  await awaitScreen(client, firstQuestion(anna.name));
  await client.type(anna.password);
  await client.key("Return");
  const before = await host.sessionOf(anna, { attached: true });
  const path = join(host.run, "sessions", String(before.id), "reconnect");
  const [first = ""] = cookiesIn(path);
  await awaitTerminal(client, anna);

  await host.killService();
  await host.startAgain();
  await eventually("the first cookie is void", () => !cookiesIn(path).includes(first));
  const cutAt = performance.now();
  proxy.cut();

  await eventually("it returned by its cookie", () => host.log().includes("reconnectedByCookie"));
  const after = await host.sessionOf(anna, { attached: true });
  t.diagnostic(`returned after ${Math.round(performance.now() - cutAt)} ms`);
  assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
  assert.equal(proxy.count, 2);
});

test("a cookie that was used, forged or is of nobody's session leads to the ordinary sign-in", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast();
  const cookie = await leaveWith(host, { user: anna.name, password: anna.password });
  await leaveWith(host, { user: anna.name, autoReconnect: cookie });

  const forged = { ...cookie, randomBits: new Uint8Array(16) };
  const shown = { replayed: cookie, forged, none: { ...cookie, logonId: 77 } };
  for (const [why, autoReconnect] of Object.entries(shown)) {
    const client = await connect(host, { user: anna.name, autoReconnect });
    const refused = new RegExp(`cookieRefused .*why=${why} address=127\\.0\\.0\\.1`, "u");
    await eventually(`the cookie is refused: ${why}`, () => refused.test(host.log()));
    assert.equal(client.sessionInfo, undefined);
    client.destroy();
  }
  assert.equal((await host.sessionOf(anna)).attachment, undefined);

  // Who has a password is let in by that.
  await leaveWith(host, { user: anna.name, password: anna.password, autoReconnect: forged });
  const { cookies } = await host.admin.call("status", {});
  assert.deepEqual(cookies, { returned: 1, refused: 4 });
});

test("a session that was locked is locked when its client returns by cookie", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  await using proxy = await startProxy(host);
  const args = ["/sec:tls", "+auto-reconnect"];
  await using client = await startXfreerdp({ host: proxy, user: anna, password: anna.password, args });
  const before = await host.sessionOf(anna, { attached: true });
  await awaitTerminal(client, anna);
  await using inside = await insideSession(before);
  const locker = inside.start("xtrlock");
  await eventually("the keyboard is the locker's", async () => {
    const length = typed(anna).length;
    await press(client, [keys.a]);
    return typed(anna).length === length && locker.exitCode === null;
  });

  proxy.cut();
  await eventually("it returned by its cookie", () => host.log().includes("reconnectedByCookie"));
  await host.sessionOf(anna, { attached: true });
  const locked = typed(anna);
  await press(client, [keys.a, keys.q, keys.z]);
  await client.key("Escape");
  assert.deepEqual([typed(anna), locker.exitCode], [locked, null]);

  await eventually("the password unlocks it", async () => {
    await client.type(anna.password);
    await client.key("Return");
    return locker.exitCode === 0;
  });
  await eventually("the keys arrive again", async () => {
    await press(client, [keys.a]);
    return typed(anna) !== locked;
  });
});

/** Comes to its session, goes when it has got its cookie, and waits until the session is left. */
async function leaveWith(host: TestHost, options: Partial<ClientOptions> & { readonly user: string }) {
  const client = await connect(host, options);
  await host.sessionOf({ name: options.user }, { attached: true });
  await eventually("the client has a cookie", () => client.autoReconnect !== undefined);
  client.destroy();
  await host.sessionOf({ name: options.user }, { attached: false });
  assert.ok(client.autoReconnect !== undefined);
  return client.autoReconnect;
}

function connect(host: TestHost, options: Partial<ClientOptions>) {
  return connectClient({ host: "127.0.0.1", port: host.port, offered: ["tls"], ...options });
}

function cookiesIn(path: string): readonly string[] {
  const { cookies } = JSON.parse(readFileSync(path, "utf8"));
  return cookies.map((cookie: { readonly random: string }) => cookie.random);
}
