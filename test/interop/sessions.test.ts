import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions, type TestClient } from "./harness/clients.ts";
import { closeWindow } from "./harness/closeWindow.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, awaitTyped, keys, typed, typingDesktop } from "./harness/typing.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a second sign-in gets the same session at its own size, and the first client is told", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  const password = user.password;
  await using first = await tls({ host, user, password, size: { width: 800, height: 600 } });
  const before = await host.sessionOf(user, { attached: true });
  await using second = await tls({ host, user, password, size: { width: 1024, height: 768 } });

  assert.equal(await exitCodeOf(first), 5);
  assert.match(first.output, /ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION/u);
  const after = await host.sessionOf(user, { attached: true });
  assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
  await using inside = await insideSession(after);
  await eventually("the screen is the second client's", async () => (await inside.size()).width === 1024);
  assert.deepEqual(await inside.size(), { width: 1024, height: 768 });
  assert.equal(second.exitCode, undefined);
});

test("two users have sessions of their own, into which the other cannot see", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast({
    desktop: `exec xterm -geometry 400x200+0+0 -bg "#$(id -u | md5sum | cut -c1-6)"`,
  });
  await using _first = await tls({ host, user: anna, password: anna.password });
  await using _second = await tls({ host, user: boris, password: boris.password });
  const [hers, his] = [await host.sessionOf(anna, { attached: true }), await host.sessionOf(boris, { attached: true })];
  await using inHers = await insideSession(hers);
  await using inHis = await insideSession(his);
  const colorOf = async (session: typeof inHers) => (await session.screen()).data.subarray(40_000, 40_003).join();
  await eventually("their screens differ", async () => (await colorOf(inHers)) !== (await colorOf(inHis)));

  assert.notEqual(hers.id, his.id);
  for (const { serverPid, leaderPid, uid } of [hers, his]) {
    const isHis = (pid: number) => /^Uid:\t(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] === `${uid}`;
    // A program is the keeper's for the moment before it becomes the user's.
    await eventually("server and desktop are the user's", () => isHis(serverPid) && isHis(leaderPid));
  }
  const words = readFileSync(`/proc/${hers.serverPid}/cmdline`, "utf8").split("\0");
  const framebuffer = join(words[words.indexOf("-fbdir") + 1] ?? "", "Xvfb_screen0");
  await assert.rejects(inHis.run("head", ["-c1", framebuffer]));
  await assert.rejects(inHis.run("head", ["-c1", inHers.environment["XAUTHORITY"] ?? ""]));
  const display = `DISPLAY=:${hers.display}`;
  await inHis.run("env", ["xdotool", "getdisplaygeometry"]);
  await assert.rejects(inHis.run("env", [display, "xdotool", "getdisplaygeometry"]));
  await assert.rejects(inHis.run("env", [display, `XAUTHORITY=/dev/null`, "xdotool", "getdisplaygeometry"]));
});

test("a client that dies leaves a disconnected session, in which no key stays pressed", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  const before = await typeInSession(host, user, async (client, since) => {
    await client.xvfb.run("xdotool", ["keydown", String(keys.shift), "key", String(keys.a)]);
    await awaitTyped(user, since, "A");
    await client.xvfb.run("xdotool", ["keydown", String(keys.q)]);
    await eventually("the key repeats", () => typed(user).slice(since).startsWith("AQQQ"));
    await client.kill9();
  });
  const session = await host.sessionOf(user, { attached: false });
  assert.equal(session.leaderPid, before.leaderPid);
  const length = typed(user).length;

  await typeInSession(host, user, async (client, since) => {
    assert.doesNotMatch(typed(user).slice(length), /[QX]/u);
    await client.key(String(keys.a));
    await awaitTyped(user, since, "a");
  });
});

test("closing the client's window leaves the session, disconnected", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user, password: user.password });
  const before = await host.sessionOf(user, { attached: true });
  await client.awaitSize({ width: 800, height: 600 });

  await closeWindow(client);

  assert.equal(await exitCodeOf(client), 0);
  const after = await host.sessionOf(user, { attached: false });
  assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
});

test("signing out inside ends the session, and the client knows that it was its user", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: "exec icewm" });
  await using client = await tls({ host, user, password: user.password });
  const { leaderPid } = await host.sessionOf(user, { attached: true });
  // Nobody signs out sooner: what ends at once has failed.
  await eventually("the desktop is older than that", () => 3 < ageOf(leaderPid));

  process.kill(leaderPid, "SIGTERM");

  assert.equal(await exitCodeOf(client), 12);
  assert.match(client.output, /ERRINFO_LOGOFF_BY_USER/u);
  await eventually("the session is gone", async () => (await host.sessions()).length === 0);
});

test("disconnecting, signing out and resetting a session by order is told to its client", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  const orders = [
    { exitCode: 1, left: 1, order: (session: Id) => host.admin.call("disconnectSession", { session }) },
    { exitCode: 12, left: 0, order: (session: Id) => host.admin.call("endSession", { session, how: "signOut" }) },
    { exitCode: 2, left: 0, order: (session: Id) => host.admin.call("endSession", { session, how: "reset" }) },
  ] as const;
  for (const { exitCode, left, order } of orders) {
    await using client = await tls({ host, user, password: user.password });
    const { id } = await host.sessionOf(user, { attached: true });

    assert.deepEqual(await order(id), { is: "done" });

    assert.equal(await exitCodeOf(client), exitCode);
    await eventually("the session is listed as it is", async () => {
      const sessions = await host.sessions();
      return sessions.length === left && sessions.every(({ attachment }) => attachment === undefined);
    });
  }
});

type Id = Awaited<ReturnType<TestHost["sessionOf"]>>["id"];

/** Signs in at a session with a terminal, and lets `act` type there. */
async function typeInSession(
  host: TestHost,
  user: TestUser,
  act: (client: TestClient, since: number) => Promise<void>,
) {
  await using client = await tls({ host, user, password: user.password });
  const session = await host.sessionOf(user, { attached: true });
  await act(client, await awaitTerminal(client, user));
  return session;
}

/** In seconds. */
function ageOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "etimes=", "-p", String(pid)], { encoding: "utf8" }));
}
