import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import type { SessionFacts } from "../../src/contracts/facts.ts";
import { startRdesktop, startXfreerdp, type TestClient } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { awaitRecord } from "./harness/explained.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { noNetworks, startNetwork, type TestNetwork } from "./harness/network.ts";
import { cutWay, type Ways } from "./harness/networkWays.ts";
import { awaitTerminal, keys, press, typingDesktop } from "./harness/typing.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers() ?? noNetworks();

const cuts: readonly (readonly [string, Partial<Ways>])[] = [
  ["in both directions", { toHost: cutWay, toClient: cutWay }],
  ["from the client to the host", { toHost: cutWay }],
  ["from the host to the client", { toClient: cutWay }],
];

test("a client whose cable is cut is noticed within the keep-alive, and returns by itself", { skip }, async (t) => {
  await using network = await startNetwork();
  await using anna = await testUser();
  await using ben = await testUser();
  await using host = await startHoldfast({ settings, desktop: typingDesktop, end: network.hostEnd });
  for (const [where, ways] of cuts) {
    await t.test(where, async (t) => {
      await using returns = await xfreerdp(network, host, anna);
      // It answers no measurements, and does not come back.
      await using silent = await rdesktop(network, host, ben);
      const both = [anna, ben];
      const before = await Promise.all(both.map((user) => host.sessionOf(user, { attached: true })));
      await Promise.all([awaitTerminal(returns, anna), awaitTerminal(silent, ben)]);

      const cutAt = performance.now();
      await network.shape(ways);
      const gone = both.map((user) => host.sessionOf(user, { attached: false }).then(() => since(cutAt)));
      // Their users notice nothing yet, and go on.
      await Promise.allSettled([returns, silent].map((client) => press(client, [keys.a, keys.q])));
      const [forXfreerdp = 0, forRdesktop = 0] = await Promise.all(gone);
      await network.mend();
      const mendedAt = performance.now();
      const after = await host.sessionOf(anna, { attached: true });

      t.diagnostic(`until Disc: xfreerdp ${forXfreerdp} s, rdesktop ${forRdesktop} s`);
      t.diagnostic(
        `from the mended cable to the return: ${since(mendedAt)} s, from the first packet ${await fromFirstPacket(host, after)} s`,
      );
      assert.ok((await fromFirstPacket(host, after)) < 2 + slack);
      assert.ok(forXfreerdp < keepAlive + slack, `${forXfreerdp} s`);
      assert.ok(forRdesktop < keepAlive + slack, `${forRdesktop} s`);
      assert.equal(after.leaderPid, before[0]?.leaderPid);
      assert.equal((await awaitRecord(host, "HF-WIRE-07")).what, "connectionEnded");
    });
  }

  await t.test("and nobody waits for it: neither who restarts the service nor who ends the session", async () => {
    await using _cut = await rdesktop(network, host, ben);
    const { id } = await host.sessionOf(ben, { attached: true });
    await network.cut();

    const { servicePid } = host;
    process.kill(servicePid, "SIGTERM");
    await eventually("the service has stopped", () => !existsSync(`/proc/${servicePid}`), { within: 5000 });
    await host.startAgain();
    assert.deepEqual(await host.admin.call("endSession", { session: id, how: "reset" }), { is: "done" });
    await network.mend();

    assert.ok((await host.sessions()).every(({ user }) => user !== ben.name));
  });
  await t.test("whose machine got another address", async (t) => {
    await using client = await xfreerdp(network, host, anna);
    const before = await host.sessionOf(anna, { attached: true });
    await awaitTerminal(client, anna);

    const movedAt = performance.now();
    const address = network.moveClient();
    await host.sessionOf(anna, { attached: false });
    const gone = since(movedAt);
    const after = await host.sessionOf(anna, { attached: true });

    t.diagnostic(`until Disc ${gone} s, until the return ${since(movedAt)} s`);
    assert.ok(gone < keepAlive + slack, `${gone} s`);
    assert.deepEqual([after.attachment?.client.address, after.leaderPid], [address, before.leaderPid]);
    assert.match(host.log(), new RegExp(`reconnectedByCookie .*address=${address}`, "u"));
  });
});

/** From the accepted connection to the attached session, in seconds. */
async function fromFirstPacket(host: TestHost, { attachment }: SessionFacts): Promise<number> {
  const { connections } = await host.admin.call("sessions", {});
  const own = connections.find(({ id }) => id === attachment?.connection);
  return ((attachment?.since ?? NaN) - (own?.acceptedAt ?? NaN)) / 1000;
}

function xfreerdp(network: TestNetwork, host: TestHost, user: TestUser): Promise<TestClient> {
  const args = ["/sec:tls", "+auto-reconnect"];
  return startXfreerdp({ host, user, password: user.password, args, end: network.clientEnd });
}

function rdesktop(network: TestNetwork, host: TestHost, user: TestUser): Promise<TestClient> {
  return startRdesktop({ host, user, password: user.password, end: network.clientEnd });
}

/** In seconds. */
function since(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

const keepAlive = 4;
/** For a loaded machine. */
const slack = 8;
const settings = `KeepAliveSeconds = ${keepAlive}`;
