import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { adminContract } from "../../src/contracts/admin.ts";
import type { SessionFacts } from "../../src/contracts/facts.ts";
import { connectContract } from "../../src/system/rpc/connectContract.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { awaitScreen, firstQuestion, secondQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { freePort } from "./harness/freePort.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

test("a user without root serves himself alone, by a password that Holdfast made", { skip }, async (t) => {
  await using user = await testUser();
  await using other = await testUser();
  if (!canRead(user)) return t.diagnostic("the project lies where a test user may not read it");
  await using host = await startAs(user);
  const { password } = host;
  const checkByNla = async (who: { readonly name: string }, secret: string) => {
    const args = ["/sec:nla", "+auth-only"];
    await using client = await startXfreerdp({ host, user: who, password: secret, args });
    return await exitCodeOf(client);
  };

  assert.equal(await checkByNla(user, password), 0);
  assert.equal(await checkByNla(user, user.password), logonFailure);
  await using stranger = await startXfreerdp({ host, user: other, password: other.password, args: ["/sec:tls"] });
  await awaitScreen(stranger, secondQuestion(other.name));
  await using client = await startXfreerdp({ host, user, args: ["/sec:tls"] });
  await awaitScreen(client, firstQuestion(user.name));
  await client.type(password);
  await client.key("Return");

  let session: SessionFacts | undefined;
  await eventually("he has his session", async () => {
    session = (await host.admin.call("sessions", {})).sessions.find(({ attachment }) => attachment !== undefined);
    return session !== undefined;
  });
  const owners = [session?.keeperPid, session?.serverPid, session?.leaderPid].map(
    (pid) => /^Uid:\t(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
  );
  assert.deepEqual(owners.map(Number), [user.uid, user.uid, user.uid]);
  assert.equal(session?.user, user.name);
});

/** Runs the service as this user, in folders of his own, until it is disposed of. */
async function startAs(user: TestUser) {
  const folder = mkdtempSync("/tmp/holdfast-test-");
  chmodSync(folder, 0o700);
  chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const places = [
    "--run",
    join(folder, "run"),
    "--state",
    join(folder, "state"),
    "--config",
    join(folder, "none.toml"),
  ];
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", program, "serve"];
  const as = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--init-groups", "--"];
  const environment = { PATH: process.env["PATH"], HOME: user.home, USER: user.name, LOGNAME: user.name };
  const service = spawn("setpriv", [...as, ...node, "--listen", `127.0.0.1:${port}`, ...places], {
    cwd: "/",
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [service.stdout, service.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  await eventually("the service is ready", () => said.includes("ready") || service.exitCode !== null);
  assert.equal(service.exitCode, null, said);
  const admin = await connectContract(adminContract, join(folder, "run/admin.sock"), {});
  return {
    port,
    admin,
    password: readFileSync(join(folder, "state/credential"), "utf8").trim(),
    [Symbol.asyncDispose]: async () => {
      const { sessions } = await admin.call("sessions", {});
      for (const { id } of sessions) await admin.call("endSession", { session: id, how: "reset" });
      admin.close();
      service.kill();
      await eventually("the service has ended", () => service.exitCode !== null || service.signalCode !== null);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether the user could start Holdfast from this clone at all. */
function canRead({ uid }: TestUser): boolean {
  for (let folder = join(program, ".."); folder !== "/"; folder = join(folder, "..")) {
    const { mode, uid: owner } = statSync(folder);
    if ((mode & 0o005) !== 0o005 && owner !== uid) return false;
  }
  return existsSync(program);
}

const program = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
const logonFailure = 134;
