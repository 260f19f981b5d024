import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noRealUsers } from "../realUser.ts";
import { startRdesktop, startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { noNetworks, startNetwork } from "./harness/network.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, awaitTyped, press, keys, typed, typingDesktop } from "./harness/typing.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers() ?? noNetworks();

test("a client that is slow or busy is never taken for gone", { skip }, async (t) => {
  await using network = await startNetwork();
  await using anna = await testUser();
  await using ben = await testUser();
  const end = network.clientEnd;
  await using host = await startHoldfast({ settings, desktop: typingDesktop, end: network.hostEnd });
  await using measured = await startXfreerdp({ host, user: anna, password: anna.password, args: ["/sec:tls"], end });
  // It answers no measurements.
  await using silent = await startRdesktop({ host, user: ben, password: ben.password, end });
  const before = await attachments(host, [anna, ben]);
  const [fromAnna, fromBen] = await Promise.all([awaitTerminal(measured, anna), awaitTerminal(silent, ben)]);

  await t.test("at 300 ms round trip with 2 % loss its user types", async () => {
    const slow = { open: true, loss: 0.02, delay: 150 };
    await network.shape({ toHost: slow, toClient: slow });
    const end = performance.now() + 3 * keepAlive * 1000;
    let text = "";
    while (performance.now() < end) {
      await Promise.all([press(measured, [keys.a, keys.q]), press(silent, [keys.a, keys.q])]);
      text += "aq";
      await Promise.all([awaitTyped(anna, fromAnna, text), awaitTyped(ben, fromBen, text)]);
    }

    await network.mend();
    assert.deepEqual(await attachments(host, [anna, ben]), before);
  });

  await t.test("halted for longer than the keep-alive, while its desktop draws, it goes on afterwards", async () => {
    await using annasDesk = await insideSession(await host.sessionOf(anna));
    await using bensDesk = await insideSession(await host.sessionOf(ben));
    // Far more than the network takes for a client that reads nothing.
    for (const desk of [annasDesk, bensDesk])
      desk.start("xterm", ["-geometry", "60x20-0-0", "-e", "sh", "-c", restless]);
    const clients = [measured, silent];

    for (const { pid } of clients) process.kill(pid, "SIGSTOP");
    await delay(2.5 * keepAlive * 1000);
    for (const { pid } of clients) process.kill(pid, "SIGCONT");

    const typedBefore = [typed(anna), typed(ben)];
    await Promise.all(clients.map((client) => press(client, [keys.a])));
    await eventually("both type again", () => typedBefore.every((text, index) => typed([anna, ben][index]!) !== text));
    assert.deepEqual(await attachments(host, [anna, ben]), before);
  });
});

/** Which connections are at the users' sessions, and since when. */
function attachments(host: TestHost, users: readonly TestUser[]) {
  return Promise.all(users.map(async (user) => (await host.sessionOf(user, { attached: true })).attachment));
}

const keepAlive = 4;
const settings = `KeepAliveSeconds = ${keepAlive}`;
const restless = "while :; do seq 100; done";
