import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noRealUsers } from "../realUser.ts";
import { startRdesktop, startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf, startClient, type PictureWay } from "./harness/pictureWay.ts";
import { startProxy } from "./harness/proxy.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, awaitTyped, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();
const size = { width: 800, height: 600 };

/** As old clients come: without TLS; rdesktop's version 4 also without anything else from after 1998. */
const ways: readonly PictureWay[] = [
  { client: "xfreerdp", args: ["/sec:rdp", "/bpp:32", "/gfx"], depth: 32 },
  { client: "xfreerdp", args: ["/sec:rdp", "/bpp:32", "/rfx", "/encryption-methods:128"], depth: 32 },
  { client: "xfreerdp", args: ["/sec:rdp", "/bpp:16", "/encryption-methods:56"], depth: 16 },
  { client: "xfreerdp", args: ["/sec:rdp", "/bpp:24", "/encryption-methods:40"], depth: 24 },
  { client: "rdesktop", args: ["-4", "-a", "8"], depth: 8 },
  // Its TLS is too old; it comes back without.
  { client: "rdesktop", args: ["-V", "1.0", "-a", "16"], depth: 16 },
];

test("clients without TLS sign in, see their desktop and type, where the setting lets them in", { skip }, async (t) => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "SecurityLayer = 0", desktop: typingDesktop });
  for (const way of ways) {
    const name = `${way.client} ${way.args.join(" ")}`;
    await t.test(name, async () => {
      await using client = await startClient(way, { host, user: anna, password: anna.password, size });
      await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
      const sides = sidesOf(inside, client, way);

      await assertBecomesSame(`${name} first`, sides, { within: patience });
      const before = await awaitTerminal(client, anna);
      await client.type("hello");
      await awaitTyped(anna, before, "hello");
      await assertBecomesSame(`${name} after typing`, sides, { within: patience });
      assert.equal(client.exitCode, undefined, client.output);
    });
  }
  assert.match(host.log(), /legacySecurity/u);
});

test("a client without TLS may be still for longer than the host waits for an answer", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "SecurityLayer = 0\nKeepAliveSeconds = 2" });
  const options = { host, user: anna, password: anna.password, size, args: ["/sec:rdp"] };
  await using client = await startXfreerdp(options);
  await host.sessionOf(anna, { attached: true });

  await delay(7000);

  assert.equal(client.exitCode, undefined, client.output);
  await host.sessionOf(anna, { attached: true });
});

test("a client without TLS whose wire is cut comes back by its cookie", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "SecurityLayer = 1", desktop: typingDesktop });
  await using proxy = await startProxy(host);
  const args = ["/sec:rdp", "+auto-reconnect"];
  await using client = await startXfreerdp({ host: proxy, user: anna, password: anna.password, size, args });
  const { id } = await host.sessionOf(anna, { attached: true });

  await awaitTerminal(client, anna);
  proxy.cut();

  await eventually("it came back by its cookie", () => host.log().includes("reconnectedByCookie"));
  assert.equal((await host.sessionOf(anna, { attached: true })).id, id);
  assert.equal(client.exitCode, undefined, client.output);
});

test("clients without TLS are turned away by a host as it comes, and by one that demands NLA", { skip }, async () => {
  await using anna = await testUser();
  for (const settings of ["", "SecurityLayer = 0\nUserAuthentication = 1"]) {
    await using host = await startHoldfast({ settings });
    const options = { host, user: anna, password: anna.password, size };
    await using xfreerdp = await startXfreerdp({ ...options, args: ["/sec:rdp"] });
    await using rdesktop = await startRdesktop({ ...options, args: ["-4"] });

    // Neither negotiates, so that neither can be told more than an end.
    assert.deepEqual([await xfreerdp.ended, await rdesktop.ended], [connectionFailed, disconnected]);
    assert.match(xfreerdp.output, /ERRCONNECT_CONNECT_TRANSPORT_FAILED/u);
    assert.match(rdesktop.output, /connection closed by peer/u);
    // xfreerdp tries twice.
    await eventually("all are in the log", () => codesIn(host.log()) === 3);
    assert.deepEqual(await host.sessions(), []);
  }
});

test("a client that takes FIPS alone is turned away too", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "SecurityLayer = 0" });
  const args = ["/sec:rdp", "/encryption-methods:FIPS"];
  await using client = await startXfreerdp({ host, user: anna, password: anna.password, size, args });

  assert.notEqual(await client.ended, 0);
  await eventually("it is in the log", () => 0 < codesIn(host.log()));
});

function codesIn(log: string): number {
  return [...log.matchAll(/ connectionEnded .*code=HF-WIRE-01/gu)].length;
}

const patience = 8000;
/** Exit codes of xfreerdp and rdesktop. */
const connectionFailed = 147;
const disconnected = 76;
