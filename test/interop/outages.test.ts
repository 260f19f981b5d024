import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitScreen, firstQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { startProxy } from "./harness/proxy.ts";
import { awaitTerminal, awaitTyped, keys, press, typed, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a service that is killed and comes back finds its clients at work, and takes new ones", { skip }, async () => {
  await using user = await testUser();
  await using other = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  await using client = await tls({ host, user, password: user.password });
  const before = await host.sessionOf(user, { attached: true });
  const since = await awaitTerminal(client, user);

  await host.killService();
  await press(client, [keys.a, keys.q]);
  await awaitTyped(user, since, "aq");
  await host.startAgain();
  await using newcomer = await tls({ host, user: other, password: other.password });

  await press(client, [keys.z]);
  await awaitTyped(user, since, "aqz");
  const after = await host.sessionOf(user, { attached: true });
  assert.deepEqual(
    [after.id, after.leaderPid, after.attachment?.connection, after.createdAt],
    [before.id, before.leaderPid, before.attachment?.connection, before.createdAt],
  );
  const { id } = await host.sessionOf(other, { attached: true });
  assert.notEqual(id, before.id);
  const expected = JSON.stringify([
    [user.name, before.id],
    [other.name, id],
  ]);
  await eventually("both connections are listed at their sessions", async () => {
    const { connections } = await host.admin.call("sessions", {});
    return JSON.stringify(connections.map(({ user: name, session }) => [name, session])) === expected;
  });
  assert.deepEqual([client.exitCode, newcomer.exitCode], [undefined, undefined]);
});

test("a session that nobody is at is found again after the service was killed, by its user too", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  {
    await using client = await tls({ host, user, password: user.password });
    await host.sessionOf(user, { attached: true });
    await client.kill9();
  }
  const before = await host.sessionOf(user, { attached: false });

  await host.killService();
  await host.startAgain();

  assert.deepEqual(await host.sessionOf(user, { attached: false }), before);
  await using _again = await tls({ host, user, password: user.password });
  const after = await host.sessionOf(user, { attached: true });
  assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
});

test("who signs in while the service is away waits for it, and gets his session", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user });
  await awaitScreen(client, firstQuestion(user.name));

  await host.killService();
  await client.type(user.password);
  await client.key("Return");
  await awaitScreen(client, { ...firstQuestion(user.name), ...answered(user), busy: "Signing in …" });
  await host.startAgain();

  await host.sessionOf(user, { attached: true });
});

test("after a broken network the client returns to its session without the password", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  await using proxy = await startProxy(host);
  // The client does not know the password: its user types it once.
  await using client = await tls({ host: proxy, user, args: ["+auto-reconnect"] });
  await awaitScreen(client, firstQuestion(user.name));
  await client.type(user.password);
  await client.key("Return");
  const before = await host.sessionOf(user, { attached: true });
  await awaitTerminal(client, user);

  proxy.cut();

  await eventually("the cookie was taken", () => host.log().includes("reconnectedByCookie"), { within: 30_000 });
  const after = await host.sessionOf(user, { attached: true });
  assert.deepEqual([after.id, after.leaderPid], [before.id, before.leaderPid]);
  assert.notEqual(after.attachment?.connection, before.attachment?.connection);
  const since = typed(user).length;
  await eventually("the client's keys arrive again", async () => {
    await press(client, [keys.a]);
    return typed(user).length !== since;
  });
});

/** The first question as its user has filled it in. */
function answered({ name, password }: { readonly name: string; readonly password: string }) {
  const [user, secret] = firstQuestion(name).fields;
  return { fields: [user!, { ...secret!, value: password, caret: password.length }] };
}
