import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal, awaitScreen, firstQuestion } from "./harness/drawnScreens.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { startProxy } from "./harness/proxy.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("an account that may not sign in is told why, on a screen that stands until it is closed", { skip }, async () => {
  await using expired = await testUser({ expired: true });
  await using locked = await testUser({ lockedPassword: true });
  await using outdated = await testUser({ passwordExpired: true });
  await using host = await startHoldfast();
  const cases = [
    { user: expired, code: "HF-SIGN-02", exitCode: 9, said: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES" },
    { user: locked, code: "HF-SIGN-04", exitCode: 9, said: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES" },
    { user: outdated, code: "HF-SIGN-03", exitCode: 10, said: "ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED" },
  ] as const;
  const attempts = cases.map(async ({ user, code, exitCode, said }, index) => {
    // An address that fails again would wait longer.
    await using proxy = await startProxy(host, `127.0.0.${index + 2}`);
    await using client = await tls({ host: proxy, user, password: user.password });
    await awaitRefusal(host, client, { code, user: user.name });

    await client.key("Return");

    assert.equal(await exitCodeOf(client), exitCode);
    assert.match(client.output, new RegExp(said, "u"));
  });
  await Promise.all(attempts);
});

test("an account that expires after it was enrolled is told so after NLA as well", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await host.admin.call("enroll", { user: user.name, password: user.password });
  execFileSync("chage", ["-E", "1", user.name]);
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:nla"] });

  await awaitRefusal(host, client, { code: "HF-SIGN-02", user: user.name });

  await client.key("Return");

  assert.equal(await exitCodeOf(client), 9);
});

test("whoever cancels on the sign-in screen is let go, and the client knows that it was he", { skip }, async () => {
  await using host = await startHoldfast();
  await using client = await tls({ host, user: { name: "hf-test-nobody" } });
  await awaitScreen(client, firstQuestion("hf-test-nobody"));

  await client.key("Escape");

  assert.equal(await exitCodeOf(client), 11);
  assert.match(host.log(), /HF-SIGN-10/u);
});
