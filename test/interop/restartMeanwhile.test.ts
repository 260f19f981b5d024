import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { chooserAbout } from "./harness/chooserScreens.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitScreen, firstQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { pamService } from "./harness/pamService.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("who is told that all seats are taken waits on over restarts, and gets the seat", { skip }, async () => {
  for (const restart of [inPlace, byKill]) {
    await using anna = await testUser();
    await using boris = await testUser();
    await using host = await startHoldfast({ settings: "MaxInstanceCount = 1" });
    await using first = await tls({ host, user: anna, password: anna.password });
    const { id } = await host.sessionOf(anna, { attached: true });
    await using second = await tls({ host, user: boris, password: boris.password });
    await awaitScreen(second, chooserAbout(anna, { session: id }));

    await restart(host);

    // Asked anew: the service that is there now knows of no earlier asking.
    await second.key("Return");
    await first.kill9();
    await host.sessionOf(boris, { attached: true });
    await host.sessionOf(anna, { attached: false });
    assert.equal(second.exitCode, undefined);
  }
});

test("who is typing his password at a restart goes on typing, and signs in", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast();
  for (const restart of [inPlace, byKill]) {
    await using client = await tls({ host, user: anna });
    await awaitScreen(client, firstQuestion(anna.name));
    await client.type(anna.password.slice(0, 3));

    await restart(host);

    await client.type(anna.password.slice(3));
    await client.key("Return");
    await host.sessionOf(anna, { attached: true });
    await client.kill9();
    await host.sessionOf(anna, { attached: false });
  }
});

test("who waits for PAM at a restart gets his session, and types nothing twice", { skip }, async () => {
  await using anna = await testUser();
  const slow = `/bin/sleep 5.${process.pid}`;
  using pam = pamService([`auth optional pam_exec.so quiet ${slow}`, "@include common-auth"]);
  await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
  for (const restart of [inPlace, byKill]) {
    await using client = await tls({ host, user: anna, password: anna.password });
    await eventually("PAM is at it", () => spawnSync("pgrep", ["-f", `^${slow}`]).status === 0);

    await restart(host);

    await host.sessionOf(anna, { attached: true });
    await client.kill9();
    await host.sessionOf(anna, { attached: false });
  }
});

async function inPlace(host: TestHost): Promise<void> {
  process.kill(host.servicePid, "SIGHUP");
  await host.restarted(1);
}

async function byKill(host: TestHost): Promise<void> {
  await host.killService();
  await host.startAgain();
}
