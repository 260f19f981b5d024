import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { measuredXrdp } from "../../tools/bench/measuredXrdp.ts";
import { noRealUsers } from "../realUser.ts";
import { startXvfb } from "../xvfb.ts";
import { eventually } from "./harness/eventually.ts";
import { freePort } from "./harness/freePort.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test("a probe of Holdfast sees its sign-in screen, signs in, and brings the desktop", { skip }, async () => {
  await using host = await startHoldfast({ desktop: "xterm & exec icewm" });
  await using user = await testUser();
  const here = `localhost:${host.port}`;
  const before = await probeJson([here]);
  assert.deepEqual(
    [before.exit, before.report.result, outcomeOf(before.report, "firstFrame"), outcomeOf(before.report, "nla")],
    [0, "reached", "ok", "left"],
  );
  assert.equal((await host.sessions()).length, 0, "nobody has signed in");

  await using folder = scratchFolder();
  const file = join(folder.path, "desk.png");
  const shown = await probeJson([here, "--user", user.name, "--screenshot", file, "--timeout", "60"], user.password);
  assert.deepEqual([shown.exit, shown.report.result, outcomeOf(shown.report, "signIn")], [0, "reached", "ok"]);
  const png = readFileSync(file);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), statSync(file).mode & 0o777], [1024, 768, 0o600]);
  // He is enrolled now.
  const again = await probeJson([here, "--user", user.name, "--signin", "--timeout", "60"], user.password);
  assert.deepEqual([again.exit, outcomeOf(again.report, "nla")], [0, "ok"]);
  const wrong = await probeJson([here, "--user", user.name, "--signin", "--timeout", "60"], "no such word");
  assert.deepEqual([wrong.exit, wrong.report.result, outcomeOf(wrong.report, "nla")], [5, "denied", "failed"]);
  const side = ["--scenario", "client", here, "--user", user.name, "--out", folder.path];
  const traced = await run(["trace", "start", ...side], user.password);
  const archive = /^(?<path>\/\S+\.tar\.gz) \(/mu.exec(traced.out)?.groups?.["path"] ?? "";
  assert.deepEqual([traced.exit, statSync(archive).mode & 0o777], [0, 0o600], traced.out);
  const played = await run(["replay", archive, "--fast"]);
  assert.match(played.out, /ClientInfo .*password ‹removed›/u);
  await host.sessionOf(user, { attached: false });
  assertHides(host, user.password);
});

test("what Holdfast refuses has its error info and its meaning", { skip }, async () => {
  await using host = await startHoldfast({ settings: "UserAuthentication = 1" });
  const { exit, report } = await probeJson([`127.0.0.1:${host.port}`]);
  // A host that demands NLA, and knows nobody who could do it, is an RDP server still.
  assert.deepEqual([exit, report.result], [0, "reached"]);
  assert.match(report.summary, /demands NLA/u);
  assert.equal(report.offers.find(({ offer }) => offer === "TLS")?.answer, "refused");
});

test("a probe of Debian's xrdp reaches its sign-in window, and a desktop", { skip }, async (t) => {
  await using xrdp = await measuredXrdp("/usr/bin/xterm", (line) => t.diagnostic(line));
  if (xrdp === undefined) return;
  const here = `127.0.0.1:${xrdp.port}`;
  const before = await probeJson([here, "--timeout", "30"]);
  assert.deepEqual([before.exit, before.report.result], [0, "reached"]);
  assert.match(String(before.report.server["licensing"]), /^it asks for a licence: Microsoft Corporation/u);
  assert.deepEqual(
    before.report.offers.map(({ answer }) => answer),
    ["taken", "taken", "refused", "refused"],
  );
  const words = [here, "--user", xrdp.user.name, "--timeout", "10"];
  const { exit, report } = await probeJson(words, xrdp.user.password);
  assert.deepEqual([exit, outcomeOf(report, "firstFrame"), outcomeOf(report, "signIn")], [0, "ok", "warning"]);
});

for (const security of ["tls", "nla"]) {
  test(`a probe of FreeRDP's shadow server under ${security} tells what it offers`, { skip }, async (t) => {
    if (!existsSync("/usr/bin/freerdp-shadow-cli")) return t.diagnostic("freerdp-shadow-cli is not installed");
    await using screen = await startXvfb({ width: 800, height: 600 });
    const port = await freePort();
    screen.start("xterm", []);
    screen.start("freerdp-shadow-cli", [`/port:${port}`, "/bind-address:127.0.0.1", "-auth", `/sec:${security}`]);
    const here = `127.0.0.1:${port}`;
    let last: Probed | undefined;
    await eventually("it listens", async () => {
      last = await probeJson([here, "--timeout", "30"]);
      return last.exit === 0;
    });
    const { report } = last!;
    assert.equal(report.result, "reached");
    const answers = report.offers.map(({ offer, answer }) => `${offer} ${answer}`);
    if (security === "tls") {
      assert.ok(answers.includes("TLS taken"), answers.join(", "));
      assert.equal(outcomeOf(report, "firstFrame"), "ok");
      assert.equal(report.server["desktopSize"], "800 by 600");
    } else {
      assert.ok(answers.includes("TLS refused") && answers.includes("NLA (HYBRID) taken"), answers.join(", "));
      assert.equal(outcomeOf(report, "nla"), "ok");
      assert.notEqual(report.names["computer"], undefined);
    }
  });
}

interface Probed {
  readonly exit: number | null;
  readonly report: Report;
}

interface Report {
  readonly result: string;
  readonly summary: string;
  readonly steps: readonly { readonly step: string; readonly outcome: string }[];
  readonly offers: readonly { readonly offer: string; readonly answer: string }[];
  readonly names: Readonly<Record<string, unknown>>;
  readonly server: Readonly<Record<string, unknown>>;
}

/** Runs the command as people do, with `--json`; the password goes in by standard input. */
async function probeJson(words: readonly string[], password = ""): Promise<Probed> {
  const { exit, out } = await run(["probe", ...words, "--json"], password);
  return { exit, report: (JSON.parse(out) as { readonly probes: readonly [Report] }).probes[0] };
}

async function run(words: readonly string[], password = ""): Promise<{ exit: number | null; out: string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...words], { env });
  child.stdin.on("error", () => {}).end(`${password}\n`);
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  assert.equal(error, "");
  if (password !== "") assert.ok(!out.includes(password), "the password is in the output");
  return { exit, out };
}

function outcomeOf({ steps }: Report, step: string): string | undefined {
  return steps.find((each) => each.step === step)?.outcome;
}

function assertHides(host: TestHost, password: string): void {
  assert.ok(!host.log().includes(password), "the password is in the log");
}

function scratchFolder(): AsyncDisposable & { readonly path: string } {
  const path = mkdtempSync("/tmp/holdfast-probe-");
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) };
}

const program = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
