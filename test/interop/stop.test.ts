import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { pamService } from "./harness/pamService.ts";
import { awaitTerminal, typed, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("a stop takes five seconds at most, whatever hangs, and costs nobody his session", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  const slow = `/tmp/holdfast-test-slow-${process.pid}`;
  using pam = pamService([`auth optional pam_exec.so quiet ${slow}`, "@include common-auth"]);
  await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
  await using client = await tls({ host, user: anna, password: anna.password });
  const before = await host.sessionOf(anna, { attached: true });
  // A keeper and a connection that do nothing more, a peer that reads nothing, a PAM module that sleeps.
  const frozen = [before.keeperPid, await connectionOf(before.attachment?.connection)];
  const silent = connect(join(host.run, "admin.sock"));
  silent.on("error", () => {});
  silent.pause();
  writeFileSync(slow, "#!/bin/sh\nexec sleep 30\n", { mode: 0o755 });
  await using _waiting = await tls({ host, user: boris, password: boris.password });
  for (const pid of frozen) process.kill(pid, "SIGSTOP");
  const begin = performance.now();
  try {
    const pid = host.servicePid;
    process.kill(pid, "SIGTERM");
    await eventually("the service has ended", () => !isAlive(pid), { within: 10_000 });
  } finally {
    for (const pid of frozen) process.kill(pid, "SIGCONT");
    silent.destroy();
    rmSync(slow);
  }
  const took = performance.now() - begin;

  assert.ok(took < 6000, `${Math.round(took)} ms`);
  await host.startAgain();
  assert.equal((await host.sessionOf(anna, { attached: true })).keeperPid, before.keeperPid);
  assert.equal(client.exitCode, undefined);

  async function connectionOf(id: number | undefined): Promise<number> {
    const { connections } = await host.admin.call("sessions", {});
    return connections.find((each) => each.id === id)?.pid ?? assert.fail("nobody is connected");
  }
});

test("without keep-alive too, a restart leaves a client at its work", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "KeepAliveEnable = 0", desktop: typingDesktop });
  await using client = await tls({ host, user: anna, password: anna.password });
  const { attachment } = await host.sessionOf(anna, { attached: true });
  const heard = await awaitTerminal(client, anna);

  process.kill(host.servicePid, "SIGHUP");
  await client.type("one ");
  await host.restarted(1);
  await client.type("two ");

  await eventually("all that was typed has arrived", () => typed(anna).slice(heard) === "one two ");
  const after = await host.sessionOf(anna, { attached: true });
  assert.equal(after.attachment?.connection, attachment?.connection);
});

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
