import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import {
  asksForNla,
  asksForNothing,
  asksForRdpSecurity,
  asksForTls,
  confirmsNla,
  confirmsTls,
  negotiationFailure,
  rawClient,
} from "./harness/rawClient.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test("a client that knows legacy security alone is turned away with the reason", { skip }, async () => {
  await using host = await startHoldfast();
  await using client = await startXfreerdp({ host, user: { name: "hf-test-nobody" }, args: ["/sec:rdp"] });

  // It asks for nothing either: what it is told, it would not understand.
  assert.equal(await exitCodeOf(client), connectionClosed);
  assert.equal(await answerTo(host, asksForRdpSecurity), negotiationFailure(sslRequiredByServer));
  // A client from before 2003 asks for nothing, and would not understand an answer.
  assert.equal(await answerTo(host, asksForNothing), "");
  // The client had tried twice.
  await eventually("all are in the log", () => codesIn(host, "HF-WIRE-01") === 4);
});

test(
  "a client that falls silent is let go at its deadline, in every step, while others work on",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ settings: "HandshakeStepSeconds = 2" });
    await using working = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const { leaderPid } = await host.sessionOf(user, { attached: true });

    await Promise.all([
      staysSilent(host, "awaitingNegotiation", []),
      staysSilent(host, "awaitingNegotiation", [asksForTls.slice(0, 20)]),
      staysSilent(host, "awaitingTls", [asksForTls]),
      staysSilent(host, "awaitingConnectInitial", [asksForTls, "TLS"]),
      staysSilent(host, "awaitingConnectInitial", [asksForTls, "TLS", "03 00 01"]),
      staysSilent(host, "awaitingNla", [asksForNla, "TLS"]),
      staysSilent(host, "awaitingNla", [asksForNla, "TLS", "30 82 01"]),
    ]);

    assert.equal((await host.sessionOf(user, { attached: true })).leaderPid, leaderPid);
    assert.equal(working.exitCode, undefined);
  },
);

test(
  "bytes that make no sense end the connection that sent them, with their own code, and no other",
  { skip },
  async () => {
    await using user = await testUser();
    await using host = await startHoldfast();
    await using working = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const { leaderPid } = await host.sessionOf(user, { attached: true });
    const http = Buffer.from("GET / HTTP/1.1\r\n\r\n").toString("hex");
    const tsRequestWithoutToken = "30 05 a0 03 02 01 06";
    const cases = [
      { step: "awaitingNegotiation", code: "HF-WIRE-03", sends: [http] },
      { step: "awaitingNegotiation", code: "HF-WIRE-03", sends: ["03 00 00 07 02 f0 80"] },
      { step: "awaitingTls", code: "HF-WIRE-05", sends: [asksForTls, http] },
      { step: "awaitingConnectInitial", code: "HF-WIRE-03", sends: [asksForTls, "TLS", http] },
      // MCS Erect Domain Request before there is a domain.
      {
        step: "awaitingConnectInitial",
        code: "HF-WIRE-03",
        sends: [asksForTls, "TLS", "03 00 00 0c 02 f0 80 04 01 00 01 00"],
      },
      { step: "awaitingNla", code: "HF-WIRE-03", sends: [asksForNla, "TLS", http] },
      { step: "awaitingNla", code: "HF-WIRE-06", sends: [asksForNla, "TLS", tsRequestWithoutToken] },
    ] as const;

    for (const { step, code, sends } of cases) {
      const before = refusals(host).length;
      using client = await rawClient(host);
      await play(client, sends);
      await client.rest();
      await eventually(`${sends.at(-1)} is refused`, () => before < refusals(host).length);
      assert.deepEqual(refusals(host).slice(before), [`${code} at ${step}`]);
    }

    assert.equal((await host.sessionOf(user, { attached: true })).leaderPid, leaderPid);
    assert.equal(working.exitCode, undefined);
    assert.doesNotMatch(host.log(), /connectionCrashed/u);
  },
);

async function staysSilent(host: TestHost, step: string, sends: readonly string[]): Promise<void> {
  using client = await rawClient(host);
  const start = performance.now();
  await play(client, sends);
  await client.rest();
  const seconds = (performance.now() - start) / 1000;
  assert.ok(1.9 < seconds && seconds < 12, `it was let go after ${seconds} s`);
  await eventually(`the log says that ${step} was silent`, () => refusals(host).includes(`HF-WIRE-04 at ${step}`));
}

/** Sends these bytes one after the other, each after the answer to the one before; "TLS" is the handshake. */
async function play(client: Awaited<ReturnType<typeof rawClient>>, sends: readonly string[]): Promise<void> {
  for (const bytes of sends) {
    if (bytes === "TLS") {
      await client.startTls();
      continue;
    }
    client.send(bytes);
    const answer = { [asksForTls]: confirmsTls, [asksForNla]: confirmsNla }[bytes];
    if (answer !== undefined) assert.equal(await client.next(), answer);
  }
}

async function answerTo(host: TestHost, bytes: string): Promise<string> {
  using client = await rawClient(host);
  client.send(bytes);
  return await client.rest();
}

/** What was refused so far, as "code at step", by the words that the log has for it. */
function refusals(host: TestHost): readonly string[] {
  const lines = host.log().matchAll(/ refused connection=\d+ code=(?<code>\S+) (?<words>.*) at=(?<at>\S+)/gu);
  return Array.from(lines, ({ groups }) => {
    const step = /step “(?<step>\w+)”/u.exec(groups?.["words"] ?? "")?.groups?.["step"];
    return `${groups?.["code"]} at ${step ?? groups?.["at"]}`;
  });
}

const codesIn = (host: TestHost, code: string) => refusals(host).filter((each) => each.startsWith(code)).length;

/** Exit code of xfreerdp 2.11. */
const connectionClosed = 147;
/** MS-RDPBCGR 2.2.1.2.2. */
const sslRequiredByServer = 1;
