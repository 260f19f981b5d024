import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal } from "./harness/drawnScreens.ts";
import { closeRefusal } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("when no licence is left a newcomer is told so, and the administrator's door is open", { skip }, async () => {
  const group = `hf-test-admins-${process.pid}`;
  execFileSync("groupadd", [group]);
  try {
    await using anna = await testUser();
    await using boris = await testUser();
    await using admin = await testUser({ groups: [group] });
    const settings = [
      `Administrators = "${group}"`,
      'ServerMode = "applicationServer"',
      "LicensingMode = 4",
      "Licences = 1",
      "RefuseWithoutLicence = true",
    ].join("\n");
    await using host = await startHoldfast({ settings });
    await host.killService();
    // The time of grace began long ago.
    mkdirSync(join(host.folder, "state"), { recursive: true });
    const ledger = { graceSince: Date.now() - 121 * 86_400_000, licences: [], uncovered: [] };
    writeFileSync(join(host.folder, "state", "licences.json"), JSON.stringify(ledger));
    await host.startAgain();
    await using first = await tls({ host, user: anna, password: anna.password });
    await host.sessionOf(anna, { attached: true });

    await using second = await tls({ host, user: boris, password: boris.password });
    await awaitRefusal(host, second, { code: "HF-SEAT-06", holder: boris.name, per: "user", count: 1 });
    await closeRefusal(second);
    await using door = await tls({ host, user: admin, password: admin.password, args: ["/admin"] });
    await host.sessionOf(admin, { attached: true });

    assert.deepEqual([first.exitCode, door.exitCode], [undefined, undefined]);
    const report = await host.admin.call("licences", {});
    assert.ok(report.is === "counted");
    assert.deepEqual(
      [report.licences.map(({ holder }) => holder), report.uncovered.map(({ holder }) => holder)],
      [[anna.name], [boris.name]],
    );
  } finally {
    execFileSync("groupdel", [group]);
  }
});
