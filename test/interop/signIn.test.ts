import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitScreen, firstQuestion, secondQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { startProxy } from "./harness/proxy.ts";
import { insideSession } from "./harness/session.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

/** Whether NLA lets this user in with this password: the client's exit code. */
async function checkByNla(options: ClientOptions): Promise<number> {
  await using client = await startXfreerdp({ ...options, args: ["/sec:nla", "+auth-only"] });
  return await exitCodeOf(client);
}

test("a right password brings a client without NLA to its desktop, and from then on NLA works", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  const password = user.password;
  const before = await checkByNla({ host, user, password });
  await using client = await tls({ host, user, password });
  await host.sessionOf(user, { attached: true });
  assert.equal(client.exitCode, undefined);

  const after = await checkByNla({ host, user, password });

  assert.deepEqual({ before, after }, { before: negotiationFailed, after: 0 });
});

test("an administrator enrols a user, whom NLA then knows by his password and by no other", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  const { name, password } = user;

  const wrong = await host.admin.call("enroll", { user: name, password: "wrong" });
  const right = await host.admin.call("enroll", { user: name, password });

  assert.deepEqual([wrong.is, right.is], ["failed", "done"]);
  const codes = [await checkByNla({ host, user, password }), await checkByNla({ host, user, password: "wrong" })];
  assert.deepEqual(codes, [0, logonFailure]);
  await host.admin.call("forget", { user: name });
  assert.equal(await checkByNla({ host, user, password }), negotiationFailed);
});

test("a host that demands NLA turns away who does not speak it, and who is not enrolled", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: "UserAuthentication = 1" });
  await using withoutNla = await tls({ host, user, password: user.password });

  assert.equal(await exitCodeOf(withoutNla), negotiationFailed);
  assert.equal(await checkByNla({ host, user, password: user.password }), logonFailure);
  assert.match(host.log(), /HF-WIRE-02/u);
  assert.match(host.log(), /HF-SIGN-07/u);
});

test("NLA takes as long for a name that nobody has as for a wrong password", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: "UserAuthentication = 1" });
  await host.admin.call("enroll", { user: user.name, password: user.password });

  await assertAlike(user.name, "hf-test-nobody", async (name, address) => {
    await using proxy = await startProxy(host, address);
    const start = performance.now();
    assert.equal(await checkByNla({ host: proxy, user: { name }, password: "wrong" }), logonFailure);
    return performance.now() - start;
  });
});

test("the sign-in screen takes as long for a name that nobody has as for a wrong password", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();

  await assertAlike(user.name, "hf-test-nobody", async (name, address) => {
    await using proxy = await startProxy(host, address);
    await using client = await tls({ host: proxy, user: { name } });
    await awaitScreen(client, firstQuestion(name));
    await client.type("wrong");
    const start = performance.now();
    await client.key("Return");
    await awaitScreen(client, secondQuestion(name));
    return performance.now() - start;
  });
});

test("after a wrong password the screen says so, and the right one can be typed there", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user, password: "wrong" });
  await awaitScreen(client, secondQuestion(user.name));
  await client.moveMouse(123, 45);

  await client.type(user.password);
  await client.key("Return");

  // The mouse is not moved again: the desktop that comes up is told where it rests.
  await using inside = await insideSession(await host.sessionOf(user, { attached: true }));
  await eventually("the desktop's pointer is the client's", async () => {
    const at = await inside.x11.ask<{ rootX: number; rootY: number }>("QueryPointer", (answer) =>
      inside.x11.client.QueryPointer(inside.x11.root, answer),
    );
    return at.rootX === 123 && at.rootY === 45;
  });
});

/** A machine that is busy makes one of two slower by chance; a host that tells them apart does so every time. */
async function assertAlike(
  known: string,
  unknown: string,
  timeOf: (name: string, address: string) => Promise<number>,
): Promise<void> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    // Each from an address of its own: one that fails again waits longer.
    const times = [await timeOf(known, `127.0.1.${attempt + 1}`), await timeOf(unknown, `127.0.2.${attempt + 1}`)];
    const [first = 0, second = 0] = times.map(Math.round);
    if (Math.abs(first - second) < 700) return;
    seen.push(`${first} ms for a user, ${second} ms for nobody`);
  }
  assert.fail(seen.join("; "));
}

/** Exit codes of xfreerdp 2.11. */
const negotiationFailed = 133;
const logonFailure = 134;
