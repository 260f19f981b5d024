import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { startHoldfast } from "../interop/harness/holdfast.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { ask, doctorsFindings } from "./answers.ts";
import { assertNamed } from "./named.ts";

const skip = noRealUsers();

test("a clock that jumps a day costs nobody his session, and is told", { skip }, async () => {
  await using user = await testUser();
  using clock = settableClock();
  await using host = await startHoldfast({
    enter: clock.enter,
    settings: "MaxDisconnectionTime = 3600000\nMaxIdleTime = 3600000\nMaxConnectionTime = 7200000",
  });
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  const before = await host.sessionOf(user, { attached: true });

  clock.set(day);
  // News of input, at which limits are looked at.
  await client.key("Return");
  // Longer than a silent client is waited for.
  await delay(7000);
  const attached = await host.sessionOf(user, { attached: true });
  assert.deepEqual([attached.id, client.exitCode], [before.id, undefined]);
  assertNamed("clockSet", { doctor: await doctorsFindings(host) });
  await client.kill9();
  const left = await host.sessionOf(user, { attached: false });
  assert.ok(Math.abs((left.detachedAt ?? 0) - Date.now() - day) < 60_000);

  clock.set(-day);
  await using again = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  const after = await host.sessionOf(user, { attached: true });
  await delay(3000);
  assert.deepEqual([after.id, after.leaderPid, again.exitCode], [before.id, before.leaderPid, undefined]);
  assert.match((await ask(host, ["query", "session"])).out, new RegExp(user.name, "u"));
});

/** The clock of every process of a host: in its view of the files the place where they read it is another. */
function settableClock() {
  const folder = mkdtempSync("/tmp/holdfast-clock-");
  chmodSync(folder, 0o711);
  const by = join(folder, "by");
  const source = join(folder, "clock.ts");
  const set = (ms: number) => writeFileSync(by, `${ms}\n`);
  set(0);
  writeFileSync(
    source,
    `import { readFileSync } from "node:fs";
import { instant, wallTime } from "#base/units.ts";
export const systemClock = {
  now: () => instant(performance.now()),
  wallTime: () => wallTime(Date.now() + Number(readFileSync(${JSON.stringify(by)}, "utf8"))),
};\n`,
  );
  const view = `mount --bind ${source} src/system/clock.ts && exec "$@"`;
  return {
    set,
    enter: ["unshare", "--mount", "sh", "-c", view, "sh"],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const day = 86_400_000;
