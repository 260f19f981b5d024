import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, constantFrom, integer, property, record } from "fast-check";
import { wallTime } from "#base/units.ts";
import { graceDaysLeft, noLicences, useLicence, type LicenceLedger, type LicenceRules } from "./licences.ts";

test("a device gets a temporary licence for 90 days, then a permanent one that is renewed in its last 7", () => {
  const device = host({ per: "device", count: 1 });

  assert.deepEqual(device.comes("DESK-1", 0), ["covered", "temporary", 90]);
  assert.deepEqual(device.comes("DESK-1", 1), ["covered", "permanent", 1 + 52 + 19]);
  assert.deepEqual(device.comes("DESK-1", 60), ["covered", "permanent", 72]);
  assert.deepEqual(device.comes("DESK-1", 66), ["covered", "permanent", 66 + 52 + 19]);
});

test("a user's licence counts for 60 days from when he was last there, and is free again then", () => {
  const user = host({ per: "user", count: 1 });

  assert.deepEqual(user.comes("anna", 0), ["covered", "permanent", 60]);
  assert.deepEqual(user.comes("anna", 30), ["covered", "permanent", 90]);
  assert.deepEqual(user.comes("boris", 89), ["grace", undefined, undefined]);
  assert.deepEqual(user.comes("boris", 90), ["covered", "permanent", 150]);
});

test("over-use is borne in the grace period, reported after it, and refused only where the setting says so", () => {
  for (const refuses of [false, true]) {
    const user = host({ per: "user", count: 1, refuses });
    user.comes("anna", 0);
    user.comes("anna", 59);
    user.comes("anna", 118);

    assert.deepEqual(user.comes("boris", 119.9)[0], "grace");
    assert.deepEqual(user.comes("boris", 120)[0], refuses ? "refused" : "over");
    assert.deepEqual(
      user.ledger.uncovered.map(({ holder, lastAt }) => [holder, lastAt / day]),
      [["boris", 120]],
    );
    assert.equal(user.comes("anna", 121)[0], "covered");
    assert.deepEqual([user.graceLeft(100.5), user.graceLeft(120)], [20, 0]);
  }
});

test("there are never more licences than there are, and who holds one comes in", () => {
  const come = record({ who: constantFrom("a", "b", "c", "d", "e"), days: integer({ min: 0, max: 40 }) });
  check(
    property(
      array(come, { maxLength: 60 }),
      integer({ min: 0, max: 4 }),
      constantFrom("user", "device"),
      (all, count, per) => {
        const rules = host({ per, count, refuses: true });
        let now = 0;
        for (const { who, days } of all) {
          now += days;
          const held = rules.ledger.licences.some((each) => each.holder === who && now * day < each.expiresAt);
          const [is] = rules.comes(who, now);
          if (held) assert.equal(is, "covered");
          assert.ok(rules.ledger.licences.length <= count);
        }
      },
    ),
  );
});

/** Days since the start in, days until the expiry out. */
function host(given: Pick<LicenceRules, "per" | "count"> & Partial<LicenceRules>) {
  const rules: LicenceRules = { refuses: false, ...given };
  const state: { ledger: LicenceLedger } = { ledger: noLicences };
  return {
    get ledger() {
      return state.ledger;
    },
    comes: (holder: string, days: number) => {
      const outcome = useLicence(state.ledger, { holder, now: wallTime(days * day), chance: 0.5 }, rules);
      state.ledger = outcome.ledger;
      const own = outcome.ledger.licences.find((each) => each.holder === holder);
      return [outcome.is, own?.kind, own === undefined ? undefined : own.expiresAt / day];
    },
    graceLeft: (days: number) => graceDaysLeft(state.ledger, wallTime(days * day)),
  };
}

const day = 86_400_000;
