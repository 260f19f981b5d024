import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitScreen, firstQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { processesOf } from "./harness/processesOf.ts";
import { awaitTerminal, typed, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test(
  "a restart keeps the process, the sessions and the clients, and who arrives meanwhile is served",
  { skip },
  async () => {
    await using anna = await testUser();
    await using boris = await testUser();
    await using host = await startHoldfast({ desktop: typingDesktop });
    await using first = await tls({ host, user: anna, password: anna.password });
    const before = await host.sessionOf(anna, { attached: true });
    const heard = await awaitTerminal(first, anna);
    const pid = host.servicePid;

    process.kill(pid, "SIGHUP");
    // At whatever moment of it they come: before, while nobody accepts, after.
    const arriving = [];
    for (let each = 0; each < 4; each++) {
      arriving.push(tls({ host, user: boris }));
      await first.type(`line ${each} `);
    }
    const clients = await Promise.all(arriving);
    await host.restarted(1);

    for (const client of clients) {
      await awaitScreen(client, firstQuestion(boris.name));
      await client[Symbol.asyncDispose]();
    }
    await eventually(
      "all that was typed has arrived",
      () => typed(anna).slice(heard) === "line 0 line 1 line 2 line 3 ",
    );
    assert.equal(first.exitCode, undefined);
    const { id, keeperPid, attachment } = await host.sessionOf(anna, { attached: true });
    assert.deepEqual(
      [id, keeperPid, attachment?.connection],
      [before.id, before.keeperPid, before.attachment?.connection],
    );
    assert.equal(host.servicePid, pid);
  },
);

test(
  "by command: a configuration that cannot start is told and changes nothing, a good one is taken up",
  { skip },
  async () => {
    await using host = await startHoldfast({ settings: "MaxInstanceCount = 3" });
    const path = join(host.folder, "holdfast.toml");
    const words = ["restart", "--run", host.run, "--state", join(host.folder, "state"), "--config", path];
    const limitNow = async () => (await host.admin.call("status", {})).seats?.limit;

    writeFileSync(path, 'MaxInstanceCount = "many"\n');
    assert.throws(() => execFileSync("./holdfast", words, { stdio: "pipe" }), /MaxInstanceCount/u);
    assert.equal(await limitNow(), 3);

    writeFileSync(path, "MaxInstanceCount = 4\n");
    assert.match(execFileSync("./holdfast", words, { encoding: "utf8" }), /has restarted/u);
    await host.restarted(1);
    assert.equal(await limitNow(), 4);
  },
);

test("who arrives after the service was killed waits until it is started again", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast();

  await host.killService();
  await using client = await tls({ host, user: anna });
  // Long enough for a refusal to come, if it were one.
  await delay(1000);
  assert.equal(client.exitCode, undefined);
  await host.startAgain();

  await awaitScreen(client, firstQuestion(anna.name));
});

test("nothing of what stood ready is left behind by many restarts", { skip }, async () => {
  await using host = await startHoldfast();
  await eventually("the spare processes stand ready", () => standing(host) === 1 + spares);

  for (let round = 1; round <= 3; round++) {
    process.kill(host.servicePid, "SIGHUP");
    await host.restarted(round);
  }

  await eventually("there are as many as before", () => standing(host) === 1 + spares);
});

/** Processes of the service and what stands ready for the next client. */
function standing(host: TestHost): number {
  return processesOf(host.folder).length;
}

/** Connection processes; the authenticator knows nothing of the host's folder. */
const spares = 2;
