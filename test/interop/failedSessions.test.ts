import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { processesOf } from "./harness/processesOf.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a desktop that ends at once is told with its last words, and leaves nothing behind", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast({
    desktop: "sleep 300 &\necho one line >&2\necho the profile is broken >&2\nexit 3",
  });
  await using client = await tls({ host, user, password: user.password });
  const startWm = join(host.folder, "startwm");

  await awaitRefusal(host, client, {
    code: "HF-SESS-01",
    culprit: startWm,
    sentence: `The desktop ${startWm} ended at once (exit code 3).`,
    log: ["one line", "the profile is broken"],
  });
  await client.key("Return");

  assert.equal(await exitCodeOf(client), denied);
  assert.match(client.output, /ERRINFO_SERVER_DENIED_CONNECTION/u);
  await assertNothingLeft(host, user);
});

test("an X server that does not start is told with its last words, and leaves nothing behind", { skip }, async () => {
  await using user = await testUser();
  const programs = mkdtempSync("/tmp/holdfast-programs-");
  chmodSync(programs, 0o755);
  writeFileSync(join(programs, "Xvfb"), "#!/bin/sh\necho no screens found >&2\nexit 1\n", { mode: 0o755 });
  const path = process.env["PATH"];
  process.env["PATH"] = `${programs}:${path}`;
  try {
    await using host = await startHoldfast();
    process.env["PATH"] = path;
    await using client = await tls({ host, user, password: user.password });

    await awaitRefusal(host, client, {
      code: "HF-SESS-01",
      culprit: "Xvfb",
      sentence: "The X server Xvfb did not come up (exit code 1).",
      log: ["no screens found"],
    });
    await client.key("Return");

    assert.equal(await exitCodeOf(client), denied);
    await assertNothingLeft(host, user);
  } finally {
    process.env["PATH"] = path;
    rmSync(programs, { recursive: true });
  }
});

test("whose X server dies under his hands is told so, and gets a new session the next time", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user, password: user.password });
  const before = await host.sessionOf(user, { attached: true });
  await eventually("the client shows the desktop", async () => {
    const { connections } = await host.admin.call("sessions", {});
    return connections.some(({ authenticated }) => authenticated);
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${host.log()}\n${client.output}`);
  });

  process.kill(before.serverPid, "SIGKILL");
  await awaitRefusal(host, client, {
    code: "HF-SESS-08",
    culprit: "Xvfb",
    sentence: "The X server has ended.",
    log: [],
  });
  await client.key("Return");

  assert.equal(await exitCodeOf(client), denied);
  await assertNothingLeft(host, user);
  await using _again = await tls({ host, user, password: user.password });
  const after = await host.sessionOf(user, { attached: true });
  assert.notEqual(after.serverPid, before.serverPid);
});

test("whose session's keeper is killed is told so, and gets a new session the next time", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await using client = await tls({ host, user, password: user.password });
  const before = await host.sessionOf(user, { attached: true });

  process.kill(before.keeperPid, "SIGKILL");
  const code = await closeRefusal(client);

  assert.equal(code, denied);
  assert.match(host.log(), / refused .*code=HF-SESS-07/u);
  await eventually("what the keeper left is gone", () => !existsSync(`/proc/${before.serverPid}`));
  await using _again = await tls({ host, user, password: user.password });
  const after = await host.sessionOf(user, { attached: true });
  assert.notEqual(after.keeperPid, before.keeperPid);
});

/** Of a session: no process of its user, no folder, and it is not listed. */
async function assertNothingLeft(host: TestHost, { uid }: { readonly uid: number }): Promise<void> {
  const folder = join(host.run, "sessions");
  const left = async () => [
    ...(existsSync(folder) ? readdirSync(folder) : []),
    ...(await host.sessions()).map(({ id }) => `session ${id}`),
    ...processesOf(folder).map(({ pid, command }) => `process ${pid} ${command}`),
    ...processesOfUser(uid),
  ];
  let found: readonly string[] = [];
  await eventually("nothing is left", async () => (found = await left()).length === 0).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${found.join(", ")}`);
  });
}

function processesOfUser(uid: number): readonly string[] {
  // ps(1) exits with 1 when there is none.
  const { stdout } = spawnSync("ps", ["-o", "pid=,args=", "-u", String(uid)], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "" && !line.includes("<defunct>"));
}

/** ERRINFO_SERVER_DENIED_CONNECTION. */
const denied = 7;
