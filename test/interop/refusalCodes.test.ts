import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { awaitRecord } from "./harness/explained.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("what others do to a session is told to its client, and written down with who it was", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using first = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });

  await using second = await tls({ host, user, password: user.password, args: ["/client-hostname:desk-2"] });
  assert.equal(await exitCodeOf(first), 5);
  const moved = await awaitRecord(host, "HF-SESS-04");
  assert.deepEqual(moved.words?.culprit, { is: "person", name: "whoever signed in at desk-2" });
  const { id: session } = await host.sessionOf(user, { attached: true });
  await host.admin.call("disconnectSession", { session });
  assert.equal(await exitCodeOf(second), 1);
  const ordered = await awaitRecord(host, "HF-SESS-05");
  assert.deepEqual([ordered.session, ordered.words?.culprit], [session, byRoot]);

  await using third = await tls({ host, user, password: user.password });
  await host.sessionOf(user, { attached: true });
  await host.admin.call("endSession", { session, how: "signOut" });
  assert.equal(await exitCodeOf(third), 12);
  const left = await awaitRecord(host, "HF-SESS-03", { connectionsOnly: true });
  assert.deepEqual([left.what, left.reason, left.user], ["connectionEnded", 12, user.name]);
  assert.match(left.words?.explanation ?? "", /signed out, by the order of root\.$/u);

  await using fourth = await tls({ host, user, password: user.password });
  const { id } = await host.sessionOf(user, { attached: true });
  await host.admin.call("endSession", { session: id, how: "reset" });
  assert.equal(await exitCodeOf(fourth), 2);
  const reset = await awaitRecord(host, "HF-SESS-06", { connectionsOnly: true });
  assert.deepEqual([reset.reason, reset.words?.culprit], [2, byRoot]);
  await eventually("both ends and the disconnection are written down with who ordered them", async () => {
    const { events } = await host.admin.call("events", { ids: [5, 39], atMost: 9 });
    return events.length === 3 && events.every(({ message }) => /\broot\b/u.test(message));
  });
});

test("a host without room says which resource it is, and whose door is open", { skip }, async () => {
  await using user = await testUser();
  const settings = 'ServerMode = "applicationServer"\nReservedMemory = 1000000\nMaxInstanceCount = 5';
  await using host = await startHoldfast({ settings });
  await using full = await tls({ host, user, password: user.password });

  const room = await awaitRecord(host, "HF-SEAT-04");
  assert.deepEqual([room.words?.cause, room.step], ["the setting ReservedMemory", "decision"]);
  assert.equal(await closeRefusal(full), 6);
  await using stranger = await tls({ host, user, password: user.password, args: ["/admin"] });
  const door = await awaitRecord(host, "HF-SEAT-05");

  assert.deepEqual([door.user, door.authenticated, door.words?.helpers], [user.name, true, ["you"]]);
  assert.equal(await closeRefusal(stranger), 9);
});

test("a limit of time and a session kept for its computer are told as what they are", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: "MaxConnectionTime = 4000\nfReconnectSame = 1" });
  await using first = await tls({ host, user, password: user.password, args: ["/client-hostname:desk-1"] });

  assert.equal(await exitCodeOf(first), 4);
  const limit = await awaitRecord(host, "HF-LIMIT-02");
  assert.deepEqual(
    [limit.words?.cause, limit.facts],
    ["the setting MaxConnectionTime", { milliseconds: 4000, ended: false }],
  );
  await using other = await tls({ host, user, password: user.password, args: ["/client-hostname:desk-2"] });
  const kept = await awaitRecord(host, "HF-SESS-09");

  assert.equal(
    kept.words?.explanation,
    "It was disconnected at “desk-1”, and this host returns sessions to the same computer.",
  );
  assert.equal(await closeRefusal(other), 7);
});

test("a wrong password is an event with its code and address, and the client's end a record", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user, password: "wrong" });

  await eventually("HF-SIGN-01 is written down", async () => {
    const { events } = await host.admin.call("events", { ids: [140], atMost: 5 });
    const [data] = events.map((event) => event.data as { Code?: string });
    return data?.Code === "HF-SIGN-01";
  });
  await client.kill9();

  await eventually("the end is written down", async () => {
    const reply = await host.admin.call("records", { user: user.name, atMost: 5 });
    const [record] = reply.is === "found" ? reply.records : [];
    return record?.what === "connectionEnded" && !record.authenticated && record.step === "signIn";
  });
});

const byRoot = { is: "person", name: "root" };
