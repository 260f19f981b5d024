import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds, seconds } from "#base/units.ts";
import { shareBytes } from "#protocol/sequences/accept/outgoing.ts";
import { systemClock } from "#system/clock.ts";
import { drawingServer } from "../../../test/drawingServer.ts";
import { MiniServer } from "../../../test/miniServer.ts";
import { picture } from "../../../test/pictures.ts";
import { compareText } from "./compareText.ts";
import { probeHost, type HostProbe } from "./probeHost.ts";
import type { ProbeReport } from "./probeReport.ts";
import { probeText } from "./probeText.ts";

const size = { width: 320, height: 240 };

test("without a user a probe tells the host's offers, certificate and names, and goes to its first picture", async () => {
  await using server = await MiniServer.start(drawingServer({ password: "secret" }, picture("photo", size)));
  const { report } = await look(server, { host: "localhost" });

  assert.deepEqual(
    {
      result: report.result,
      outcomes: outcomes(report),
      offers: report.offers.map(({ offer, answer }) => `${offer}: ${answer}`),
      versions: report.tlsVersions.map(({ offer, answer }) => `${offer}: ${answer}`),
      names: report.certificate.find(({ key }) => key === "names"),
      computer: report.names.find(({ key }) => key === "computer")?.value,
      graphics: report.server.find(({ key }) => key === "graphics")?.value,
      seen: report.server.find(({ key }) => key === "requestSeen"),
    },
    {
      result: "reached",
      outcomes:
        "name ok, tcp ok, negotiation ok, tls warning, nla ok, conference ok, channels ok, licensing ok, capabilities ok, finalization ok, firstFrame ok, signIn left",
      offers: ["RDP security: refused", "TLS: taken", "NLA (HYBRID): taken", "NLA (HYBRID_EX): taken"],
      versions: ["TLS 1.0: refused", "TLS 1.1: refused", "TLS 1.2: taken", "TLS 1.3: taken"],
      names: {
        key: "names",
        label: "Names",
        value: ["DNS:mini.example"],
        warning: "it does not name localhost: clients will warn",
      },
      computer: "MINI",
      graphics: ["version 10.6", "avcDisabled"],
      seen: { key: "requestSeen", label: "It saw us offer", value: ["tls"] },
    },
  );
  assert.ok(report.steps.every(({ outcome, ms }) => outcome !== "ok" || ms === null || 0 <= ms));
  assert.equal(
    server.clients.some(({ effects }) => effects.some((effect) => effect.do === "refuse")),
    true,
    "the one that offered RDP security alone",
  );
});

test("with a user it signs in by NLA, and brings the picture", async () => {
  await using server = await MiniServer.start(drawingServer({ password: "secret" }, picture("photo", size)));
  const { report, png } = await look(server, { user: "anna", password: "secret", screenshot: true });

  const file = Buffer.from(png ?? new Uint8Array(24));
  const pngSize = [file.toString("latin1", 1, 4), file.readUInt32BE(16), file.readUInt32BE(20)];
  assert.deepEqual([report.result, ...pngSize], ["reached", "PNG", size.width, size.height]);
  assert.match(outcomes(report), /nla ok, .*firstFrame ok, signIn ok$/u);
});

test("a host that demands NLA is an RDP server also for who has no user", async () => {
  await using server = await MiniServer.start({ password: "secret", accept: { nlaRequired: true } });
  const { report } = await look(server, {});

  assert.equal(report.result, "reached");
  assert.match(report.summary, /demands NLA/u);
  assert.match(outcomes(report), /nla ok, conference left, .*signIn left$/u);
});

test("sign-in alone stops at the host's word, and a wrong password is a denial with its cause", async () => {
  await using server = await MiniServer.start({ password: "secret" });
  const good = await look(server, { user: "anna", password: "secret", until: "signIn" });
  const wrong = await look(server, { user: "anna", password: "Secret", until: "signIn" });

  assert.deepEqual([good.report.result, wrong.report.result], ["reached", "denied"]);
  assert.match(good.report.summary, /lets anna in/u);
  assert.match(wrong.report.summary, /the user name or the password is wrong \(0xc000006d\)/u);
  assert.match(outcomes(wrong.report), /tls warning, nla failed, conference notReached/u);
  assert.ok(server.clients.every(({ effects }) => effects.every((effect) => effect.do !== "activate")));
});

test("a user without the right to come in is told apart from a wrong password", async () => {
  await using server = await MiniServer.start({ password: "secret", authorized: false });
  const { report } = await look(server, { user: "anna", password: "secret" });

  assert.equal(report.result, "denied");
  assert.match(report.summary, /no right to sign in here remotely/u);
});

test("why the host ended it is told with the meaning of its code", async () => {
  await using server = await MiniServer.start({
    onActive: (client) => {
      client.write(shareBytes(client.capable, { is: "setErrorInfo", error: "disconnectedByAdministrator" }));
      client.end();
    },
  });
  const { report } = await look(server, {});

  assert.equal(report.result, "failed");
  assert.deepEqual(report.errorInfo, {
    code: 1,
    name: "ERRINFO_RPC_INITIATED_DISCONNECT",
    meaning: "An administrator's tool in another session disconnected this one",
  });
  assert.match(report.summary, /ERRINFO_RPC_INITIATED_DISCONNECT, 0x1/u);
});

test("a host that shows nothing is waited for no longer than a step may take", async () => {
  await using server = await MiniServer.start({});
  const start = performance.now();
  const { report } = await look(server, { within: milliseconds(700) });

  assert.equal(report.result, "failed");
  assert.match(report.summary, /nothing more came for 0.7 s \(first frame\)/u);
  assert.ok(performance.now() - start < 10_000);
});

test("several connections give the spread of each step", async () => {
  await using server = await MiniServer.start(drawingServer({}, picture("photo", size)));
  const { report } = await look(server, { times: 4 });

  const { repeated } = report;
  assert.deepEqual([repeated?.times, repeated?.failed, repeated?.failures], [4, 0, []]);
  assert.deepEqual(
    repeated?.steps.map(({ step, count }) => `${step} ${count}`),
    ["tcp", "negotiation", "tls", "conference", "channels", "licensing", "capabilities"]
      .concat("finalization", "firstFrame", "all")
      .map((step) => `${step} 4`),
  );
  assert.ok(repeated?.steps.every(({ min, median, max }) => min <= median && median <= max));
});

test("two hosts stand side by side, and only what differs is marked", async () => {
  await using one = await MiniServer.start({ password: "secret", accept: { nlaRequired: true } });
  await using other = await MiniServer.start(drawingServer({}, picture("photo", size)));
  const [left, right] = [(await look(one, {})).report, (await look(other, {})).report];

  const lines = compareText(left, right).split("\n");
  const marked = lines.filter((line) => line.startsWith("≠"));
  assert.ok(
    marked.some((line) => /^≠ TLS .*no, the server demands Network Level Authentication/u.test(line)),
    lines.join("\n"),
  );
  assert.ok(marked.some((line) => /^≠ first frame .*- .*ok, /u.test(line)));
  assert.ok(lines.some((line) => /^ {2}Subject .*CN=mini.example .*CN=mini.example/u.test(line)));
  assert.match(lines.at(-2) ?? "", /^\d+ differences, marked with ≠\.$/u);
  assert.match(compareText(right, right), /\nNo differences\.\n$/u);
});

test("what a host says cannot command the terminal, and the password is in no report", async () => {
  await using server = await MiniServer.start({ password: "sesame-7" });
  const { report } = await look(server, { user: "an\u001b[31mna", password: "sesame-7", until: "signIn" });
  const text = probeText({ ...report, summary: `\u001b]0;title\u0007 ${report.summary}` });

  assert.doesNotMatch(text, /\p{Cc}(?<!\n)/u);
  assert.doesNotMatch(`${text}${JSON.stringify(report)}`, /sesame/u);
});

function look(server: MiniServer, options: Partial<HostProbe>) {
  return probeHost({
    host: "127.0.0.1",
    port: server.port,
    user: "",
    domain: "",
    password: "",
    until: "firstFrame",
    screenshot: false,
    isBrief: false,
    times: 1,
    within: seconds(10),
    clock: systemClock,
    ...options,
  });
}

function outcomes({ steps }: ProbeReport): string {
  return steps.map(({ step, outcome }) => `${step} ${outcome}`).join(", ");
}

/** A server that shows one frame by the graphics pipeline. */
