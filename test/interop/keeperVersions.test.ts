import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { readProcess } from "../../src/system/processes/processList.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test(
  "a session of a version that is not understood runs on, is listed, and gives way to another",
  { skip },
  async () => {
    using other = sourcesWithKeeperVersion(9);
    await using user = await testUser();
    await using host = await startHoldfast({ program: other.program });
    await using first = await tls({ host, user, password: user.password });
    const before = await host.sessionOf(user, { attached: true });

    // Another version of the same product takes over.
    await host.startAgain();
    const after = await host.sessionOf(user, { attached: true });

    assert.deepEqual([after.id, after.keeperPid, after.leaderPid], [before.id, before.keeperPid, before.leaderPid]);
    assert.equal(first.exitCode, undefined);
    const command = (...words: readonly string[]) =>
      execFileSync(process.execPath, [holdfast, ...words, "--run", host.run], { encoding: "utf8" });
    assert.match(command("query", "session", String(after.id)), /rdp-tcp#\d+ +\S+ +2 {2}Active {2}keeper-9 +\n$/u);
    assert.match(command("status"), /Session 2 +its keeper speaks contract 9, this service 1: .*holdfast logoff 2/u);

    command("tsdiscon", String(after.id));
    assert.equal(await exitCodeOf(first), 1);
    await using second = await tls({ host, user, password: user.password });
    // The new session comes first, since the old one can only be ended.
    await eventually("another session is opened", async () => {
      await second.key("Return");
      return 1 < (await host.sessions()).length;
    });
    const [old, made] = (await host.sessions()).toSorted((a, b) => a.id - b.id);
    assert.deepEqual([old?.keeperPid, old?.attachment, made?.user], [before.keeperPid, undefined, user.name]);

    command("logoff", String(before.id));
    await eventually("its processes are gone", () => !isRunning(before.keeperPid) && !isRunning(before.leaderPid));
    assert.deepEqual(
      (await host.sessions()).map(({ id }) => id),
      [made?.id],
    );
  },
);

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls"] });

function isRunning(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !entry.zombie;
}

/** This product with keepers that speak one version of their contract alone. */
function sourcesWithKeeperVersion(version: number): Disposable & { readonly program: string } {
  const folder = mkdtempSync("/tmp/holdfast-other-");
  const from = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  cpSync(from("src"), join(folder, "src"), { recursive: true });
  cpSync(from("package.json"), join(folder, "package.json"));
  symlinkSync(from("node_modules"), join(folder, "node_modules"));
  const contract = join(folder, "src/contracts/keeper.ts");
  const source = readFileSync(contract, "utf8");
  const altered = source.replace(/version: \d+,\n {2}oldest: \d+,/u, `version: ${version},\n  oldest: ${version},`);
  assert.notEqual(altered, source);
  writeFileSync(contract, altered);
  return {
    program: join(folder, "src/bin/holdfast.ts"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const holdfast = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
