import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import { silentLog } from "#system/log.ts";
import { takePolicy } from "./policyInForce.ts";

test("a broken file leaves the policy in force that was there before, over every restart, and says where", (t) => {
  const host = folders(t);
  host.says("MaxIdleTime = 60000\n");
  host.takes(1000);
  host.says("MaxIdleTime = 60000\nLogonSeconds = soon\n");

  assert.deepEqual(
    [host.takes(2000), host.takes(3000)],
    [
      {
        is: "taken",
        limit: 60_000,
        since: 1000,
        limitsSince: 1000,
        problems: [`${host.config}:2:16: Invalid TOML document: invalid value`],
      },
      {
        is: "taken",
        limit: 60_000,
        since: 1000,
        limitsSince: 1000,
        problems: [`${host.config}:2:16: Invalid TOML document: invalid value`],
      },
    ],
  );
  host.says("MaxIdleTime = 90000\n");
  assert.deepEqual(host.takes(4000), { is: "taken", limit: 90_000, since: 4000, limitsSince: 4000, problems: [] });
});

test("a file that has always been broken starts nothing", (t) => {
  const host = folders(t);
  host.says("\n  LogonSecond = 5");

  assert.deepEqual(host.takes(1000), {
    is: "wrong",
    problems: [`${host.config}:2:3: LogonSecond is no setting; did you mean LogonSeconds?`],
  });
});

test("limits of time count from when they have changed, and no other change touches them", (t) => {
  const host = folders(t);
  const limitsSince = (text: string, now: number) => {
    host.says(text);
    const taken = host.takes(now);
    return taken.is === "taken" ? taken.limitsSince : taken;
  };

  assert.deepEqual(
    [
      limitsSince("MaxIdleTime = 1", 1000),
      limitsSince("MaxIdleTime = 1\nLogonSeconds = 60", 2000),
      limitsSince("MaxIdleTime = 1\n[UserPolicy.a]\nGroups = ['a']\nMaxIdleTime = 2", 3000),
      limitsSince("# later\nMaxIdleTime = 1\n[UserPolicy.a]\nGroups = ['a']\nMaxIdleTime = 2", 4000),
      limitsSince("MaxIdleTime = 1\n[UserPolicy.a]\nGroups = ['b']\nMaxIdleTime = 2", 5000),
    ],
    [1000, 1000, 3000, 3000, 5000],
  );
});

test("a host without a file has the defaults, and an unreadable copy is no hindrance", (t) => {
  const host = folders(t);
  writeFileSync(join(host.state, "policy-in-force.json"), "{");

  assert.deepEqual(host.takes(1000), { is: "taken", limit: undefined, since: 1000, limitsSince: 1000, problems: [] });
});

function folders(t: TestContext) {
  const state = mkdtempSync(join(tmpdir(), "holdfast-policy-"));
  t.after(() => rmSync(state, { recursive: true }));
  const config = join(state, "holdfast.toml");
  const takes = (now: number) => {
    const taken = takePolicy({ run: state, state, config }, { now: wallTime(now), log: silentLog });
    if (taken.is === "wrong") return taken;
    const { configuration, since, limitsSince } = taken.policy;
    const limit = configuration.listener.get("MaxIdleTime")?.value;
    return { is: taken.is, limit, since, limitsSince, problems: taken.problems };
  };
  return { state, config, takes, says: (text: string) => writeFileSync(config, text) };
}
