import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { seconds } from "#base/units.ts";
import { silentLog } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { CookieRenewal } from "./cookieRenewal.ts";

test("a connected client gets a new cookie every hour, and a service that is away costs it one of them", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const given: string[] = [];
  const answers = [
    async () => "first",
    async () => Promise.reject(new CallFailed("service", { is: "closed", why: "it was away" })),
    async () => undefined,
    async () => "second",
    async () => "too late",
  ];
  const renewal = new CookieRenewal({
    every: seconds(3600),
    ask: () => answers.shift()!(),
    give: (random) => given.push(random),
    log: silentLog,
  });
  t.mock.timers.tick(3_599_000);
  assert.equal(answers.length, 5);
  for (let hour = 0; hour < 4; hour++) {
    t.mock.timers.tick(3_600_000);
    await turn();
  }
  assert.deepEqual(given, ["first", "second"]);

  t.mock.timers.tick(3_600_000);
  renewal.close();
  await turn();

  assert.deepEqual(given, ["first", "second"]);
});
