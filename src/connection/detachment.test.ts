import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEnd } from "#contracts/keeper.ts";
import { explain } from "#refusals/refusal.ts";
import { endOf } from "./detachment.ts";

test("who comes in from elsewhere is named, and an order to disconnect is told, without a screen in between", () => {
  const by = { address: "192.0.2.7", name: "DESK-7", build: 22631 };

  assert.deepEqual(endOf({ is: "replaced", by }), {
    refusal: { code: "HF-SESS-04", address: "192.0.2.7", name: "DESK-7" },
    shown: false,
  });
  assert.deepEqual(endOf({ is: "disconnected" }), { refusal: { code: "HF-SESS-05" }, shown: false });
  const orderedFor = { by: "order", detail: "root" };
  assert.deepEqual(endOf({ is: "disconnected", orderedFor }).refusal, { code: "HF-SESS-05", by: "root" });
});

test("what a user or an administrator has ended ends the client without a screen", () => {
  for (const [cause, code] of [
    ["signedOut", "HF-SESS-03"],
    ["reset", "HF-SESS-06"],
  ] as const) {
    const { refusal, shown } = endOf({ is: "sessionEnded", end: end(cause) });
    assert.deepEqual([refusal.code, shown], [code, false], cause);
    const ordered = endOf({ is: "sessionEnded", end: { ...end(cause), orderedFor: { by: "order", detail: "root" } } });
    assert.match(explain(ordered.refusal).explanation, /by (?:the order of )?root\.$/u);
  }
});

test("a desktop that broke says so on a screen, with the last words of what failed", () => {
  for (const cause of ["desktopEnded", "serverFailed", "serverDied", "desktopFailed", "keeperFailed"] as const) {
    const { refusal, shown } = endOf({ is: "sessionEnded", end: end(cause) });
    const code = codes[cause] ?? "HF-SESS-01";
    assert.deepEqual([refusal, shown], [{ code, ...facts }, true], cause);
  }
});

test("a limit of time, and a place that was given away, have codes of their own, and unknown words none", () => {
  const idle = { by: "MaxIdleTime", detail: "60000" };
  const end = { cause: "signedOut", ...facts } as const;
  for (const [reason, refusal] of [
    [
      { is: "disconnected", orderedFor: idle },
      { code: "HF-LIMIT-01", milliseconds: 60_000, ended: false },
    ],
    [
      { is: "sessionEnded", end: { ...end, orderedFor: idle } },
      { code: "HF-LIMIT-01", milliseconds: 60_000, ended: true },
    ],
    [
      { is: "disconnected", orderedFor: { by: "MaxConnectionTime", detail: "1" } },
      { code: "HF-LIMIT-02", milliseconds: 1, ended: false },
    ],
    [
      { is: "disconnected", orderedFor: { by: "placeGiven", detail: "boris" } },
      { code: "HF-LIMIT-03", to: "boris" },
    ],
    [{ is: "disconnected", orderedFor: { by: "something newer" } }, { code: "HF-SESS-05" }],
  ] as const) {
    assert.deepEqual(endOf(reason), { refusal, shown: false });
  }
});

test("a keeper that is gone is told apart from an end of the session", () => {
  const { refusal, shown } = endOf({ is: "keeperGone", why: "it was closed" });

  assert.deepEqual([refusal.code, shown], ["HF-SESS-07", true]);
});

const facts = { sentence: "it ended with code 3", culprit: "Xvfb", log: ["(EE) no screen", "(EE) giving up"] };
const end = (cause: SessionEnd["cause"]): SessionEnd => ({ cause, ...facts });

const codes: Readonly<Record<string, string>> = { desktopEnded: "HF-SESS-03", serverDied: "HF-SESS-08" };
