import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { boxIsShown, keepPicture } from "./harness/boxes.ts";
import { startRdesktop, startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { differentPixels } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { awaitTerminal, awaitTyped, keys, typed, typingDesktop } from "./harness/typing.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a message waits for its answer by the keyboard, and the terminal under it hears nothing", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  await using client = await tls({ host, user, password: user.password });
  const { id } = await awaitDesktop(host, user);
  const since = await awaitTerminal(client, user);
  const before = await client.screen();

  const answer = host.admin.call("message", { session: id, text: "Coffee is ready.", seconds: 60, wait: true });
  await eventually("the message is shown", () => boxIsShown(client));
  await keepPicture(client, "message-800x600");
  // Held from before the box took the keyboard to after it has gone.
  await client.xvfb.run("xdotool", ["keydown", String(keys.shift)]);
  await eventually("the message is answered", async () => {
    await client.key("Return");
    return Promise.race([answer.then(() => true), new Promise<false>((done) => setTimeout(done, 800, false))]);
  });
  await client.xvfb.run("xdotool", ["keyup", String(keys.shift)]);

  assert.deepEqual(await answer, { is: "answered" });
  await eventually("the box is gone", async () => differentPixels(await client.screen(), before) === 0);
  const heard = typed(user).slice(since);
  await client.key(String(keys.a));
  await awaitTyped(user, since, `${heard}a`);
  assert.match(heard, /^\r*$/u);
});

test("at 640 by 480 and 8 bits a pixel rdesktop shows a message and answers it", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: "SecurityLayer = 0" });
  const options = { host, user, password: user.password, size: { width: 640, height: 480 }, args: ["-a", "8"] };
  await using client = await startRdesktop(options);
  const { id } = await awaitDesktop(host, user);
  await eventually("the client has a window", async () => (await client.screen()).width === 640);

  const answer = host.admin.call("message", {
    session: id,
    text: "Coffee is ready. ".repeat(20),
    seconds: 60,
    wait: true,
  });
  await eventually("the message is shown", () => boxIsShown(client));
  await keepPicture(client, "message-640x480-8bpp");
  await eventually("the message is answered", async () => {
    await client.key("Return");
    return Promise.race([answer.then(() => true), new Promise<false>((done) => setTimeout(done, 800, false))]);
  });

  assert.deepEqual(await answer, { is: "answered" });
});

test(
  "an idle session is warned; a key keeps it, silence disconnects it and tells the client why",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ settings: "MaxIdleTime = 12000" });
    await using client = await tls({ host, user, password: user.password });
    const before = await host.sessionOf(user, { attached: true });

    await eventually("the warning is shown", () => boxIsShown(client));
    await keepPicture(client, "idle-warning");
    await client.key("Shift_L");
    await eventually("the warning is gone", async () => !(await boxIsShown(client)), { within: 5000 });
    assert.equal(client.exitCode, undefined);

    assert.equal(await exitCodeOf(client, { within: 40_000 }), 3);
    assert.match(client.output, /ERRINFO_IDLE_TIMEOUT/u);
    const after = await host.sessionOf(user, { attached: false });
    assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
    assert.match(host.log(), /HF-LIMIT-01/u);
  },
);

test(
  "with fResetBroken the end of the connection time ends the session, whatever its user does",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ settings: "MaxConnectionTime = 8000\nfResetBroken = 1" });
    await using client = await tls({ host, user, password: user.password });
    await host.sessionOf(user, { attached: true });

    await eventually("the warning is shown", () => boxIsShown(client));
    await keepPicture(client, "connection-time-warning");

    assert.equal(await exitCodeOf(client), 4);
    assert.match(client.output, /ERRINFO_LOGON_TIMEOUT/u);
    await eventually("the session is gone", async () => (await host.sessions()).length === 0);
  },
);

test(
  "a disconnected session is ended when its time is over, also when the service was restarted",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ settings: "MaxDisconnectionTime = 6000" });
    await using client = await tls({ host, user, password: user.password });
    await host.sessionOf(user, { attached: true });
    await client.kill9();
    const { detachedAt = 0 } = await host.sessionOf(user, { attached: false });
    await host.killService();
    await host.startAgain();

    await eventually("the session is gone", async () => (await host.sessions()).length === 0);

    assert.ok(6000 <= Date.now() - detachedAt);
    assert.match(host.log(), /limitReached/u);
  },
);

test(
  "with fResetBroken a client that vanishes takes its session along, one that leaves does not",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ settings: "fResetBroken = 1" });
    await using first = await tls({ host, user, password: user.password });
    await awaitDesktop(host, user);
    await first.kill9();
    await eventually("the session is gone", async () => (await host.sessions()).length === 0);

    await using second = await tls({ host, user, password: user.password });
    const { id } = await host.sessionOf(user, { attached: true });
    await host.admin.call("disconnectSession", { session: id });
    assert.equal(await exitCodeOf(second), 1);
    assert.equal((await host.sessionOf(user, { attached: false })).id, id);
  },
);

/** Waits until the user's client sees his desktop: the connection tells its session then. */
async function awaitDesktop(host: TestHost, user: TestUser) {
  const session = await host.sessionOf(user, { attached: true });
  await eventually("the desktop is shown", async () => {
    const { connections } = await host.admin.call("sessions", {});
    return connections.some((each) => each.session === session.id);
  });
  return session;
}
