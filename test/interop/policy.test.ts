import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { noRealUsers } from "../realUser.ts";
import { keepPicture } from "./harness/boxes.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test(
  "who has no right to sign in reads why on his screen, and the administrator comes in by his door",
  { skip },
  async () => {
    using groups = testGroups("admins", "office");
    const [admins = "", office = ""] = groups.names;
    await using boris = await testUser();
    await using anna = await testUser({ groups: [office] });
    await using admin = await testUser({ groups: [admins] });
    const settings = [
      `Administrators = "${admins}"`,
      `SeRemoteInteractiveLogonRight = ["@${office}", "root"]`,
      `[ComputerPolicy.lab]`,
      `SeDenyRemoteInteractiveLogonRight = ["@${admins}", "*"]`,
    ];
    await using host = await startHoldfast({ settings: settings.slice(0, 2).join("\n") });
    await using refused = await tls({ host, user: boris, password: boris.password });
    const why = { code: "HF-SIGN-13", user: boris.name, allowed: `@${office}, root` } as const;
    await awaitRefusal(host, refused, why);
    await keepPicture(refused, "no-right-to-sign-in");
    await closeRefusal(refused);
    assert.match(refused.output, /ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES/u);
    await using allowed = await tls({ host, user: anna, password: anna.password });
    const { id, leaderPid } = await host.sessionOf(anna, { attached: true });

    writeSettings(host, settings);
    assert.equal(holdfast(host, "restart").exit, 0);
    await host.restarted(1);
    await using denied = await tls({ host, user: anna, password: anna.password });
    await awaitRefusal(host, denied, { code: "HF-SIGN-12", user: anna.name, rule: "*" });
    await closeRefusal(denied);
    await using door = await tls({ host, user: admin, password: admin.password, args: ["/admin"] });
    await host.sessionOf(admin, { attached: true });

    const still = await host.sessionOf(anna, { attached: true });
    assert.deepEqual(
      [still.id, still.leaderPid, allowed.exitCode, door.exitCode],
      [id, leaderPid, undefined, undefined],
    );
    const { exit, out } = holdfast(host, "policy", "without", "lab", "--", "may", anna.name, "sign", "in");
    assert.equal(exit, 0);
    assert.match(
      out,
      new RegExp(`${anna.name} may sign in then: SeRemoteInteractiveLogonRight names “@${office}”`, "u"),
    );
  },
);

test("a limit of time holds for the members of a group, by the policy that stands first", { skip }, async () => {
  using groups = testGroups("night", "day");
  const [night = "", day = ""] = groups.names;
  await using guest = await testUser({ groups: [day, night] });
  await using other = await testUser();
  const policy = (name: string, group: string, limit: number) => [
    `[UserPolicy.${name}]`,
    `Groups = ["${group}"]`,
    `MaxConnectionTime = ${limit}`,
  ];
  const settings = [...policy("night", night, 6000), ...policy("day", day, 3_600_000)].join("\n");
  await using host = await startHoldfast({ settings });
  await using free = await tls({ host, user: other, password: other.password });
  await host.sessionOf(other, { attached: true });
  await using limited = await tls({ host, user: guest, password: guest.password });
  await host.sessionOf(guest, { attached: true });

  const told = holdfast(host, "policy", "why", "MaxConnectionTime", guest.name).out;

  assert.match(told, /^MaxConnectionTime is 6000 ms \(6 seconds\) for /u);
  assert.match(told, /ignored: 3600000 ms .*, because “night” stands before it in the file\.$/mu);
  await exitCodeOf(limited, { within: 40_000 });
  assert.match(limited.output, /ERRINFO_LOGON_TIMEOUT/u);
  await host.sessionOf(guest, { attached: false });
  assert.equal(free.exitCode, undefined);
});

test("a broken file changes nothing, is told with line and column, and cuts no session", { skip }, async () => {
  await using user = await testUser();
  await using other = await testUser();
  await using host = await startHoldfast({ settings: `SeDenyRemoteInteractiveLogonRight = ["${other.name}"]` });
  await using client = await tls({ host, user, password: user.password });
  const { id } = await host.sessionOf(user, { attached: true });
  const right = readFileSync(configOf(host), "utf8");
  const lines = right.split("\n").length;
  writeFileSync(configOf(host), `${right}MaxIdleTime = soon\n`);

  const place = `${configOf(host)}:${lines}:15: `;
  const restarted = holdfast(host, "restart");
  assert.equal(restarted.exit, 1);
  assert.ok(restarted.error.includes(place), restarted.error);
  assert.ok(holdfast(host, "status").out.includes(place));
  assert.ok(holdfast(host, "policy", "show").out.includes(place));
  await eventually("the log tells of it", () => host.log().includes(`configurationBroken why="${place}`));
  // A crash at this moment, and a start with the broken file.
  await host.killService();
  await host.startAgain();
  assert.ok(holdfast(host, "status").out.includes(place));
  await using denied = await tls({ host, user: other, password: other.password });
  await awaitRefusal(host, denied, { code: "HF-SIGN-12", user: other.name, rule: other.name });
  await closeRefusal(denied);

  writeFileSync(configOf(host), right.replace("SeDeny", "# SeDeny"));
  assert.equal(holdfast(host, "restart").exit, 0);
  await host.restarted(2);
  await using allowed = await tls({ host, user: other, password: other.password });
  await host.sessionOf(other, { attached: true });
  assert.deepEqual([allowed.exitCode, client.exitCode], [undefined, undefined]);
  assert.equal((await host.sessionOf(user, { attached: true })).id, id);
});

function configOf(host: TestHost): string {
  return join(host.folder, "holdfast.toml");
}

/** The lines that the harness has put there stay. */
function writeSettings(host: TestHost, settings: readonly string[]): void {
  const usual = readFileSync(configOf(host), "utf8")
    .split("\n")
    .filter((line) => !/^(?:Administrators|Se\w+) =/u.test(line));
  writeFileSync(configOf(host), [...usual, ...settings, ""].join("\n"));
}

/** As root runs it at the host. */
function holdfast(host: TestHost, ...words: readonly string[]) {
  const places = ["--run", host.run, "--config", configOf(host)];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...words.slice(0, 1), ...places, ...words.slice(1)],
    {
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  return { exit: status, out: stdout, error: stderr };
}

/** Unix groups of this test's own. */
function testGroups(...kinds: readonly string[]): Disposable & { readonly names: readonly string[] } {
  const names = kinds.map((kind) => `hf-test-${kind}-${process.pid}`);
  for (const name of names) execFileSync("groupadd", [name]);
  return {
    names,
    [Symbol.dispose]: () => {
      for (const name of names) execFileSync("groupdel", [name]);
    },
  };
}

const program = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
