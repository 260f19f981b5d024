import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { instant, wallTime } from "#base/units.ts";
import { adminContract } from "#contracts/admin.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import { policyCalls } from "#service/admin/policyCalls.ts";
import { Caller } from "#service/admin/caller.ts";
import { readConfiguration } from "#service/configurationFile.ts";
import { UserPolicies } from "#service/userPolicies.ts";
import { silentLog } from "#system/log.ts";
import { serveContract } from "#system/rpc/serveContract.ts";
import { systemUsers } from "#system/users.ts";

/** Every Debian has the user daemon, in a group of the same name. */
const usual = `MaxIdleTime = 1800000
SeDenyRemoteInteractiveLogonRight = ["@sys"]
[UserPolicy.first]
Groups = ["daemon"]
MaxIdleTime = 600000
[UserPolicy.second]
Groups = ["daemon"]
MaxIdleTime = 300000
[ComputerPolicy.lab]
SeDenyRemoteInteractiveLogonRight = ["daemon"]
`;

test("policy why tells what counts for a user, with its line, and why everything else does not", async (t) => {
  const { holdfast } = await host(t, usual);

  const { exit, out } = await holdfast("policy", "why", "maxidletime", "daemon");

  assert.equal(exit, 0);
  assert.deepEqual(out.split("\n").slice(0, 4), [
    "MaxIdleTime is 600000 ms (10 minutes) for daemon.",
    "  It comes from: user policy “first” (group daemon), line 5.",
    "  ignored: 300000 ms (5 minutes) of user policy “second” (group daemon), line 8, because “first” stands before it in the file.",
    "  ignored: 1800000 ms (30 minutes) of listener, line 1, because a user policy counts before the listener.",
  ]);
});

test("policy show prints every setting with its source, and whether the user may sign in", async (t) => {
  const { holdfast } = await host(t, usual);
  const { out } = await holdfast("policy", "show", "daemon");
  const forHost = await holdfast("policy", "show", "--set");

  assert.match(out, /^User daemon, in the groups daemon\.$/mu);
  assert.match(out, /^ {2}Sign in {6}may NOT: SeDenyRemoteInteractiveLogonRight names “daemon”.*\(HF-SIGN-12\)$/mu);
  assert.match(out, /^ MaxIdleTime +600000 ms \(10 minutes\) +user policy “first” \(group daemon\), line 5$/mu);
  assert.match(out, /^ LogonSeconds +120 seconds +default$/mu);
  assert.deepEqual(
    forHost.out
      .split("\n")
      .slice(2, -1)
      .map((line) => line.replace(/ {2,}/gu, "  ")),
    [
      " SETTING  VALUE  SOURCE",
      ' SeDenyRemoteInteractiveLogonRight ["daemon"]  computer policy “lab”, line 10',
      '  ignored: ["@sys"] of listener, line 2, because a computer policy counts before the listener',
      " MaxIdleTime  1800000 ms (30 minutes)  listener, line 1",
    ],
  );
});

test("policy without answers a question as if one policy were not there", async (t) => {
  const { holdfast } = await host(t, usual);
  const without = async (...words: string[]) => {
    const { exit, out, error } = await holdfast("policy", "without", ...words);
    return [exit, ...`${out}${error}`.trimEnd().split("\n")];
  };

  assert.deepEqual(await without("first", "--", "why", "MaxIdleTime", "daemon"), [
    0,
    "Without “first”:",
    "  MaxIdleTime: 600000 ms (10 minutes) (user policy “first” (group daemon), line 5) would be 300000 ms (5 minutes) (user policy “second” (group daemon), line 8)",
  ]);
  assert.deepEqual(await without("lab", "--", "may", "daemon", "sign", "in"), [
    0,
    "Without “lab”:",
    "  daemon may not sign in now: SeDenyRemoteInteractiveLogonRight names “daemon”, which denies “daemon” the sign-in. (HF-SIGN-12)",
    "  daemon may sign in then: SeRemoteInteractiveLogonRight is not set: everybody may whom PAM lets in.",
  ]);
  assert.deepEqual(await without("second", "--", "show", "daemon"), [
    1,
    "Without “second” nothing of this would change.",
    "  daemon may not sign in, with it and without it: SeDenyRemoteInteractiveLogonRight names “daemon”, which denies “daemon” the sign-in. (HF-SIGN-12)",
  ]);
  assert.deepEqual(await without("third"), [1, "No policy called “third” is in force. There are: lab, first, second."]);
  assert.deepEqual(await without("first", "--", "who", "knows"), [
    2,
    "Ask one of: show [USER]   why SETTING [USER]   may USER sign in",
  ]);
});

test("the file that is broken by now is told with its place, and what is in force is shown", async (t) => {
  const { holdfast, config } = await host(t, usual);
  writeFileSync(config, "MaxIdleTime = 5\nLogonSeconds = soon\n");

  const { out } = await holdfast("policy", "show", "/set");
  const checked = await holdfast("policy", "check", config);

  assert.ok(out.includes(`THE FILE IS BROKEN NOW, and cannot be taken up:\n  ${config}:2:16: Invalid TOML`), out);
  assert.match(out, /^ MaxIdleTime +1800000 ms/mu);
  assert.equal(checked.exit, 1);
  assert.ok(checked.out.startsWith(`${config}:2:16: error: `), checked.out);
});

test("policy check warns of what is probably not meant, and of names that the host does not know", async (t) => {
  const { holdfast, config } = await host(t, "");
  writeFileSync(config, 'MaxIdleTime = 30\n[UserPolicy.a]\nGroups = ["no-such-group"]\nfResetBroken = 1\n');

  const { exit, out } = await holdfast("policy", "check", config);

  assert.deepEqual(
    [exit, ...out.trimEnd().split("\n")],
    [
      0,
      `${config}:1:1: warning: MaxIdleTime counts milliseconds: 30 is less than a minute; 30 minutes are 1800000`,
      `${config}:2:1: warning: this host knows no group “no-such-group”`,
    ],
  );
  assert.equal((await holdfast("policy", "check", config, "/strict")).exit, 1);
});

test("policy import prints the lines, tells what it did not take, and with /write puts them into the file", async (t) => {
  const { holdfast, config } = await host(t, "LogonSeconds = 60\n[UserPolicy.x]\nfResetBroken = 1\n");
  const reg = `${config}.reg`;
  writeFileSync(
    reg,
    [
      "Windows Registry Editor Version 5.00",
      String.raw`[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services]`,
      '"MaxIdleTime"=dword:000dbba0',
      '"Shadow"=dword:00000001',
      String.raw`[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server]`,
      '"fSingleSessionPerUser"=dword:00000000',
    ].join("\r\n"),
  );

  const shown = await holdfast("policy", "import", reg, "/name:gpo");
  const written = await holdfast("policy", "import", reg, "/name:gpo", "/write");
  const twice = await holdfast("policy", "import", reg, "/name:gpo", "/write");

  assert.equal(
    shown.out,
    `# For the top of the file, before any [table].\nfSingleSessionPerUser = 0  # ${reg}: line 6\n\n[ComputerPolicy.gpo]\nMaxIdleTime = 900000  # ${reg}: line 3\n`,
  );
  assert.equal(
    shown.error,
    `2 settings were taken.\nNot taken:\n  ${reg}: line 4: Shadow: Holdfast has nothing of the kind\n`,
  );
  assert.equal(written.exit, 0);
  const read = readConfiguration(config);
  assert.ok(read.is === "read");
  assert.deepEqual(
    [...read.configuration.listener.keys(), ...read.configuration.computerPolicies.map(({ name }) => name)],
    ["fSingleSessionPerUser", "LogonSeconds", "gpo"],
  );
  assert.equal(twice.exit, 1);
  assert.match(twice.error, /was not changed: it would be broken then \(line \d+: /u);
  assert.equal(readFileSync(config, "utf8"), read.text);
});

test("what nobody knows is said so, with the nearest setting", async (t) => {
  const { holdfast } = await host(t, usual);

  assert.deepEqual(await holdfast("policy", "why", "MaxIdelTime"), {
    exit: 2,
    out: "",
    error: "MaxIdelTime is no setting; did you mean MaxIdleTime? All: holdfast policy show\n",
  });
  assert.deepEqual(await holdfast("policy", "show", "no-such-user"), {
    exit: 1,
    out: "",
    error: "No User exists for no-such-user\n",
  });
});

/** The real answers to questions about policies, over a real socket; nothing else answers. */
async function host(t: TestContext, text: string) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-policy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = join(folder, "holdfast.toml");
  writeFileSync(config, text);
  const read = readConfiguration(config);
  assert.ok(read.is === "read");
  const policy: PolicyInForce = { file: config, ...read, since: wallTime(0), limitsSince: wallTime(0) };
  const { configuration } = policy;
  const users = systemUsers;
  const userPolicies = new UserPolicies({
    configuration,
    limitsSince: wallTime(0),
    users,
    now: () => instant(0),
    log: silentLog,
  });
  const policyParts = { policy, userPolicies, users, isAdministrator: async () => false };
  const server = await serveContract(adminContract, { path: join(folder, "admin.sock") }, (peer) => ({
    ...unanswered,
    ...policyCalls({ policyParts }, new Caller(peer, "")),
  }));
  t.after(() => server.close("the test is over"));
  return { config, holdfast: (...words: string[]) => run(words, { HOLDFAST_RUN: folder, HOLDFAST_CONFIG: config }) };
}

function run(words: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [program, ...words], { env: { ...process.env, LC_ALL: "C", ...environment } });
  let [out, error] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => (out += piece));
  child.stderr.on("data", (piece: Buffer) => (error += piece));
  return new Promise<{ exit: number | null; out: string; error: string }>((resolve) =>
    child.on("close", (exit) => resolve({ exit, out, error })),
  );
}

/** Nobody asks for anything else. */
const unanswered: any = { closed: () => {} };
const program = fileURLToPath(new URL("holdfast.ts", import.meta.url));
