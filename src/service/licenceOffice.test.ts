import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings } from "#policy/settings.ts";
import { silentLog } from "#system/log.ts";
import { LicenceOffice } from "./licenceOffice.ts";

const counting = { ServerMode: "applicationServer", LicensingMode: 4, Licences: 1, RefuseWithoutLicence: true };

test("the ledger outlives the service: who held a licence holds it, and grace goes on from where it began", (t) => {
  const { started } = place(t);
  const [anna, boris] = [someone("anna"), someone("boris")];
  assert.equal(started(counting, 0).use(anna), undefined);

  assert.equal(started(counting, 50).use(boris), undefined);
  assert.equal(started(counting, 55).use(anna), undefined);
  assert.equal(started(counting, 110).use(anna), undefined);
  const refusal = started(counting, 121).use(boris);

  assert.deepEqual(refusal, { code: "HF-SEAT-06", holder: "boris", per: "user", count: 1 });
  const { report } = started(counting, 121);
  assert.deepEqual([report?.graceDaysLeft, report?.uncovered.map(({ holder }) => holder)], [0, ["boris"]]);
});

test("who returns to his session is reported and not refused", (t) => {
  const { started } = place(t);
  started(counting, 0).use(someone("anna"));
  started(counting, 59).use(someone("anna"));
  started(counting, 118).use(someone("anna"));

  const office = started(counting, 130);

  assert.equal(office.use({ ...someone("boris"), hasSession: true }), undefined);
  assert.deepEqual(
    office.report?.uncovered.map(({ holder }) => holder),
    ["boris"],
  );
});

test("nothing is counted in administration, without a mode and without a number", (t) => {
  const { folder, started } = place(t);
  const none = [
    { ...counting, ServerMode: "administration" },
    { ...counting, LicensingMode: 5 },
    { ...counting, Licences: 0 },
  ];

  for (const settings of none) {
    const office = started(settings, 0);
    assert.equal(office.use(someone("anna")), undefined);
    assert.equal(office.report, undefined);
  }

  assert.throws(() => readFileSync(join(folder, "licences.json")), /ENOENT/u);
});

test("devices are told apart by their names, and a broken or unwritable ledger keeps nobody out", (t) => {
  const { folder, started } = place(t);
  writeFileSync(join(folder, "licences.json"), '{"licences":');
  const office = started({ ...counting, LicensingMode: 2 }, 0);
  rmSync(folder, { recursive: true });

  assert.equal(office.use(someone("anna")), undefined);
  assert.equal(office.report?.licences[0]?.holder, "DESK-anna");
});

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-licences-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const started = (given: Readonly<Record<string, unknown>>, days: number) => {
    const resolved = resolve(hostSettings, given);
    assert.ok(resolved.is === "resolved");
    return new LicenceOffice({
      stateFolder: folder,
      settings: () => resolved.settings,
      chance: () => 0.5,
      now: () => wallTime(days * 86_400_000),
      log: silentLog,
    });
  };
  return { folder, started };
}

function someone(user: string) {
  return { user, device: `DESK-${user}`, hasSession: false };
}
