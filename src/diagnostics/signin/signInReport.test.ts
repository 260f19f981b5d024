import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ProbeReport } from "../probe/probeReport.ts";
import { testReport } from "./signInReport.ts";
import { testText } from "./signInText.ts";
import { localSteps, type SignInStep } from "./signInStep.ts";
import { keepTest, readEarlierTests, type EarlierTests } from "./usualDurations.ts";

const at = "2026-11-20T21:15:00.000Z";
const good = localSteps.map((step): SignInStep => ({ step, outcome: "ok", ms: 100, says: "", remedy: null }));
const earlier: EarlierTests = [90, 400, 110].map((ms) => ({
  at,
  steps: localSteps.map((step) => ({ step: `host ${step}`, ms })),
}));

test("a sign-in that works as fast as usual is well", () => {
  const report = testReport({ user: "bob", at, local: good, overRdp: rdp("ok"), earlier });
  assert.deepEqual([report.result, report.culprit, report.steps[0]?.usualMs], ["good", "nowhere", 110]);
  assert.match(testText(report), /^bob can sign in: all is well\.\n/u);
});

test("what fails without RDP is the host, what fails with it alone is RDP", () => {
  const local = good.map((step, index): SignInStep =>
    index < 3
      ? step
      : { ...step, outcome: index === 3 ? "failed" : "notReached", says: "icewm ended", remedy: "Look." },
  );
  const host = testReport({ user: "bob", at, local, overRdp: { is: "left", why: "it fails already" }, earlier });
  const remote = testReport({ user: "bob", at, local: good, overRdp: rdp("failed"), earlier });

  assert.equal(host.summary, "It is the host, not RDP: in the step desktop, icewm ended.");
  assert.deepEqual([host.result, host.culprit, host.remedy], ["failed", "host", "Look."]);
  assert.equal(remote.summary, "It is RDP, not the host: in the step TLS, cut.");
  assert.match(testText(host), /\nOver RDP: it fails already\n/u);
});

test("a step is slow when it takes more than twice its usual time, and people notice", () => {
  const slow = (ms: number) =>
    testReport({
      user: "bob",
      at,
      local: good.map((step) => (step.step === "pam" ? { ...step, ms } : step)),
      overRdp: rdp("ok"),
      earlier,
    });
  assert.deepEqual(
    [220, 400, 5000].map((ms) => slow(ms).result),
    ["good", "good", "slow"],
  );
  assert.match(slow(5000).summary, /it is the host, not RDP: the step PAM\./u);
  assert.match(testText(slow(5000)), /PAM +5\.00 s +110 ms +SLOW/u);
});

test("fifty tests are kept, and a file that cannot be read counts as none", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-signin-"));
  try {
    assert.deepEqual(readEarlierTests(folder), []);
    for (let round = 0; round < 55; round++) {
      keepTest(folder, readEarlierTests(folder), { at, steps: [{ step: "host pam", ms: round }] });
    }
    const kept = readEarlierTests(folder);
    assert.deepEqual([kept.length, kept[0]?.steps[0]?.ms, kept.at(-1)?.steps[0]?.ms], [50, 5, 54]);
    writeFileSync(join(folder, "signin-tests.json"), '{"tests":7}');
    assert.deepEqual(readEarlierTests(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Over RDP with one step. */
function rdp(outcome: "ok" | "failed") {
  const step = { step: "tls", outcome, ms: 10, says: outcome === "ok" ? "" : "cut", remedy: null } as const;
  const nothing: readonly never[] = [];
  const report: ProbeReport = {
    host: "127.0.0.1",
    port: 3389,
    addresses: nothing,
    at,
    result: outcome === "ok" ? "reached" : "failed",
    summary: "",
    remedy: null,
    steps: [step],
    offers: nothing,
    tlsVersions: nothing,
    certificate: nothing,
    names: nothing,
    server: nothing,
    errorInfo: null,
    repeated: null,
    screenshot: null,
  };
  return { is: "tried", report } as const;
}
