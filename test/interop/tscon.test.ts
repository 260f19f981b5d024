import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, awaitTyped, keys, typingDesktop } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test("tscon brings a session to another connection, whose own goes on without it", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast({ desktop: typingDesktop });
  await using hers = await tls({ host, user: anna, password: anna.password, size: { width: 800, height: 600 } });
  const annas = await host.sessionOf(anna, { attached: true });
  await using his = await tls({ host, user: boris, password: boris.password, size: { width: 1024, height: 768 } });
  const borises = await host.sessionOf(boris, { attached: true });
  await awaitTerminal(his, boris);

  const { exit, out } = await tscon(host, String(annas.id), `/dest:rdp-tcp#${connectionOf(borises)}`, "/v");

  assert.deepEqual(
    [exit, out],
    [0, `Connecting sessionID ${annas.id} to sessionname rdp-tcp#${connectionOf(borises)}\n`],
  );
  assert.equal(await exitCodeOf(hers), 5);
  assert.match(hers.output, /ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION/u);
  const left = await host.sessionOf(boris, { attached: false });
  const moved = await host.sessionOf(anna, { attached: true });
  assert.deepEqual([left.leaderPid, moved.leaderPid], [borises.leaderPid, annas.leaderPid]);
  assert.equal(connectionOf(moved), connectionOf(borises));
  await using inside = await insideSession(moved);
  await eventually("her screen has his client's size", async () => (await inside.size()).width === 1024);
  const since = await awaitTerminal(his, anna);
  await his.key(String(keys.a));
  await awaitTyped(anna, since, "a");
  assert.equal(his.exitCode, undefined);
  assert.match(host.log(), /HF-SESS-10/u);
});

test("a user brings his other session to himself, and another's with the password alone", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast();
  await using hers = await tls({ host, user: anna, password: anna.password });
  await using his = await tls({ host, user: boris, password: boris.password });
  const annas = await host.sessionOf(anna, { attached: true });
  const borises = await host.sessionOf(boris, { attached: true });
  const asBoris = await insideSession(borises);
  const fromInside = async (...words: readonly string[]) =>
    asBoris.run("sh", ["-c", '"$@" 2>&1; echo "exit $?"', "sh", process.execPath, holdfast, ...words]);
  const order = ["tscon", String(annas.id), "--run", host.run];

  const denied = await fromInside(...order);
  const wrong = await fromInside(...order, "/password:not-hers");
  assert.equal(connectionOf(await host.sessionOf(anna)), connectionOf(annas));
  const right = await fromInside(...order, `/password:${anna.password}`);

  assert.match(denied, /Error \[5\]:It is a session of .*password[^]*exit 5/u);
  assert.match(wrong, /This is not the password[^]*exit 5/u);
  assert.match(right, /^exit 0/u);
  assert.equal(await exitCodeOf(hers), 5);
  assert.equal(connectionOf(await host.sessionOf(anna, { attached: true })), connectionOf(borises));
  await host.sessionOf(boris, { attached: false });
  await asBoris[Symbol.asyncDispose]();
  assert.equal(his.exitCode, undefined);
});

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls"] });

function connectionOf({ attachment }: Awaited<ReturnType<TestHost["sessionOf"]>>): number | undefined {
  return attachment?.connection;
}

/** As root, from outside of all sessions. */
function tscon(host: TestHost, ...words: readonly string[]): Promise<{ readonly exit: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [holdfast, "tscon", ...words, "--run", host.run], (error, out, said) =>
      resolve({ exit: Number(error?.code ?? 0), out: out + said }),
    );
  });
}

const holdfast = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
