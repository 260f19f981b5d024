import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { eventually } from "./harness/eventually.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { pamService } from "./harness/pamService.ts";

const skip = noRealUsers();

interface Row {
  readonly about: string;
  readonly is: string;
  readonly evidence: string;
}

test("beside a service that serves, the doctor finds nothing broken", { skip }, async () => {
  await using host = await startHoldfast();

  const { exit, rows } = await doctor(host);

  assert.deepEqual([exit, rows.filter(({ is }) => is === "broken")], [0, []]);
  for (const about of ["configuration", "service", "seats", "listener", "certificate", "sign-in", "desktop", "room"]) {
    assert.ok(
      rows.some((row) => row.about === about),
      about,
    );
  }
});

test(
  "what was really broken is named: a PAM module, the lock of a dead X server, a dead service",
  { skip },
  async () => {
    using pam = pamService(["auth required pam_no_such_module.so", "@include common-auth"]);
    await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
    const server = spawn("Xvfb", [`:${display}`, "-screen", "0", "64x64x24"], { stdio: "ignore" });
    const lock = `/tmp/.X${display}-lock`;
    try {
      await eventually("the X server is up", () => existsSync(lock) && /\d/u.test(readFileSync(lock, "latin1")));
      server.kill("SIGKILL");
      await new Promise((done) => server.once("exit", done));

      const { exit, rows } = await doctor(host);

      assert.equal(exit, 1);
      assert.ok(rows.some(({ is, evidence }) => is === "broken" && evidence.includes("pam_no_such_module.so")));
      assert.ok(rows.some(({ about, evidence }) => about === "displays" && evidence.includes(`.X${display}-lock`)));
    } finally {
      server.kill("SIGKILL");
      rmSync(lock, { force: true });
      rmSync(`/tmp/.X11-unix/X${display}`, { force: true });
    }
    await host.killService();
    const { rows } = await doctor(host);
    assert.ok(rows.some(({ about, is }) => about === "service" && is === "broken"));
  },
);

test("a mistake in the configuration is named with its line, while what was in force stays so", { skip }, async () => {
  await using host = await startHoldfast();
  writeFileSync(join(host.folder, "holdfast.toml"), 'ServerMode = "administration"\nMaxInstanceCount = "two"\n');

  const { exit, rows } = await doctor(host);

  assert.equal(exit, 1);
  assert.match(rows.find(({ is }) => is === "broken")?.evidence ?? "", /:2.*MaxInstanceCount/u);
});

async function doctor(host: TestHost): Promise<{ readonly exit: number; readonly rows: readonly Row[] }> {
  const { folder, run } = host;
  const places = ["--run", run, "--state", join(folder, "state"), "--config", join(folder, "holdfast.toml")];
  const words = ["doctor", ...places, "--json"];
  return await new Promise((resolve) => {
    execFile("./holdfast", words, (error, out) => {
      const { findings } = JSON.parse(out);
      resolve({ exit: error === null ? 0 : Number(error.code), rows: findings });
    });
  });
}

/** Beyond those that sessions take. */
const display = 4000 + (process.pid % 1000);
