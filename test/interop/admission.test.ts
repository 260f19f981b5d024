import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { asksForTls, confirmsTls, negotiationFailure, rawClient } from "./harness/rawClient.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();
const crowded = "127.0.0.5";

test("an address with too many unfinished connections waits for a place, and others do not", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({ settings: "UnauthenticatedPerAddress = 3" });
  const holders = await Promise.all([1, 2, 3].map(() => rawClient(host, crowded)));
  const count = async () => (await host.admin.call("sessions", {})).connections.length;
  await eventually("all three are before their sign-in", async () => (await count()) === 3);
  using newcomer = await rawClient(host, crowded);
  newcomer.send(asksForTls);
  let answered: string | undefined;
  const answer = newcomer.next().then((bytes) => (answered = bytes));
  using stranger = await rawClient(host, "127.0.0.6");
  stranger.send(asksForTls);
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });

  assert.equal(await stranger.next(), confirmsTls);
  await host.sessionOf(user, { attached: true });
  assert.equal(answered, undefined);
  holders[0]?.[Symbol.dispose]();

  assert.equal(await answer, confirmsTls);
  assert.equal(client.exitCode, undefined);
  for (const holder of holders) holder[Symbol.dispose]();
});

test("who finds no place in time is refused before TLS, with a record of it", { skip }, async () => {
  await using host = await startHoldfast({ settings: "UnauthenticatedPerAddress = 3\nHandshakeStepSeconds = 4" });
  const holders = await Promise.all([1, 2, 3].map(() => rawClient(host, crowded)));
  const connections = async () => (await host.admin.call("sessions", {})).connections;
  await eventually("all three are before their sign-in", async () => (await connections()).length === 3);
  using newcomer = await rawClient(host, crowded);
  newcomer.send(asksForTls);
  await delay(2500);
  // The holders go on just before their deadline, and begin a new step of 4 s.
  for (const holder of holders) holder.send(asksForTls);
  const answers = holders.map((holder) => holder.next());

  assert.deepEqual(await Promise.all(answers), [confirmsTls, confirmsTls, confirmsTls]);
  assert.equal(await newcomer.rest(), negotiationFailure(sslCertificateNotOnServer));
  await eventually("it is in the log", () => / refused .*code=HF-ADMIT-01 .*127\.0\.0\.5/u.test(host.log()));
  for (const holder of holders) holder[Symbol.dispose]();
});

test(
  "a hundred clients at the same moment are all let in within five seconds, and all answered",
  { skip },
  async () => {
    await using host = await startHoldfast();
    const start = performance.now();
    const knock = async (_: unknown, index: number) => {
      using client = await rawClient(host, `127.0.1.${1 + (index % 10)}`);
      const connectedAfter = performance.now() - start;
      client.send(asksForTls);
      return { answer: await client.next(), connectedAfter };
    };

    const answers = await Promise.all(Array.from({ length: 100 }, knock));

    // A lost SYN costs its client a second at least, and three with the next.
    const slowest = Math.max(...answers.map(({ connectedAfter }) => connectedAfter));
    assert.ok(slowest < 5000, `the slowest was connected after ${Math.round(slowest)} ms`);
    assert.deepEqual(new Set(answers.map(({ answer }) => answer)), new Set([confirmsTls]));
  },
);

test("a service that does not answer ends its newcomers, with the reason in the log", { skip }, async () => {
  await using host = await startHoldfast();
  using client = await rawClient(host);
  const connections = async () => (await host.admin.call("sessions", {})).connections;
  await eventually("it has a connection process", async () => (await connections()).length === 1);

  process.kill(host.servicePid, "SIGSTOP");
  try {
    client.send(asksForTls);
    assert.equal(await client.rest(), "");
  } finally {
    process.kill(host.servicePid, "SIGCONT");
  }

  await eventually("it is in the log", () => host.log().includes("HF-ADMIT-02"));
  assert.doesNotMatch(host.log(), /connectionCrashed/u);
});

test("guessing passwords is slowed down, and each guess still gets its answer", { skip }, async () => {
  await using host = await startHoldfast({ settings: "UserAuthentication = 1\nHandshakeStepSeconds = 2" });
  const guess = async () => {
    const args = ["/sec:nla", "+auth-only"];
    await using client = await startXfreerdp({ host, user: { name: "hf-test-nobody" }, password: "wrong", args });
    return await exitCodeOf(client);
  };
  const start = performance.now();

  // xfreerdp itself gives up 9 s after it has connected.
  const codes = await Promise.all([1, 2, 3].map(guess));

  assert.deepEqual(codes, [logonFailure, logonFailure, logonFailure]);
  assert.ok(5000 < performance.now() - start);
  assert.doesNotMatch(host.log(), /connectionCrashed/u);
});

/** MS-RDPBCGR 2.2.1.2.2. */
const sslCertificateNotOnServer = 3;
/** Exit code of xfreerdp 2.11. */
const logonFailure = 134;
