import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { noRealUsers } from "../realUser.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { processesOf } from "./harness/processesOf.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test(
  "a sign-in is tested without and with RDP, next to what is usual, and nothing of it is left",
  { skip },
  async () => {
    await using host = await startHoldfast({ desktop: "xsetroot -solid red 2>/dev/null; exec xterm" });
    await using user = await testUser();
    const first = await testSignIn(host, user.name, user.password);
    const outcomes = (where: string) =>
      first.report.steps.filter((each) => each.where === where).map(({ step, outcome }) => `${step} ${outcome}`);
    assert.deepEqual(outcomes("host"), ["pam ok", "session ok", "xServer ok", "desktop ok", "picture ok"]);
    assert.ok(outcomes("rdp").includes("signIn ok"), outcomes("rdp").join(", "));
    assert.deepEqual([first.exit, first.report.result, first.report.earlierTests], [0, "good", 0]);
    assert.equal((await host.sessions()).length, 0);
    assert.deepEqual(
      readdirSync(host.run).filter((name) => name.startsWith("signin-test-")),
      [],
    );
    assert.deepEqual(
      processesOf(user.name).map(({ command }) => command),
      [],
    );
    const second = await testSignIn(host, user.name, "no such word");
    assert.deepEqual([second.exit, second.report.result, second.report.culprit], [5, "denied", "host"]);
    assert.match(second.report.summary, /the user name or the password is wrong \(pam_authenticate/u);
    assert.equal(second.report.earlierTests, 1);
    const kept = readFileSync(join(host.folder, "state/signin-tests.json"), "utf8");
    assert.ok(!kept.includes(user.password) && !host.log().includes(user.password));
  },
);

test("a desktop that ends at once, and a PAM module that denies, are named as the culprit", { skip }, async () => {
  await using host = await startHoldfast({ desktop: "echo no such thing >&2; exit 3" });
  await using user = await testUser();
  const desktop = await testSignIn(host, user.name, user.password);
  assert.deepEqual([desktop.exit, desktop.report.culprit], [1, "host"]);
  assert.match(desktop.report.summary, /not RDP: .*ended at once \(exit code 3\).*no such thing/u);

  const service = `hf-test-${process.pid}`;
  writeFileSync(
    `/etc/pam.d/${service}`,
    "@include common-auth\n@include common-account\nsession requisite pam_deny.so\n",
  );
  try {
    await using denying = await startHoldfast({ settings: `PamService = "${service}"` });
    const session = await testSignIn(denying, user.name, user.password);
    assert.equal(session.report.culprit, "host");
    const failed = session.report.steps.find(({ outcome }) => outcome === "failed");
    assert.deepEqual([session.exit, failed?.step], [1, "session"]);
  } finally {
    rmSync(`/etc/pam.d/${service}`);
  }
});

interface Tested {
  readonly exit: number | null;
  readonly report: {
    readonly result: string;
    readonly culprit: string;
    readonly summary: string;
    readonly earlierTests: number;
    readonly steps: readonly { readonly where: string; readonly step: string; readonly outcome: string }[];
  };
}

/** Runs the command as an administrator does; the password goes in by standard input. */
async function testSignIn(host: TestHost, user: string, password: string): Promise<Tested> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const places = [
    "--run",
    host.run,
    "--state",
    join(host.folder, "state"),
    "--config",
    join(host.folder, "holdfast.toml"),
  ];
  const child = spawn(process.execPath, [program, "test", "signin", "--user", user, "--json", ...places], { env });
  child.stdin.on("error", () => {}).end(`${password}\n`);
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  assert.equal(error, "");
  return { exit, report: JSON.parse(out) };
}

const program = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
