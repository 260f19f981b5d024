import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { seconds, wallTime } from "#base/units.ts";
import { adminContract } from "#contracts/admin.ts";
import { connectClient } from "#diagnostics/client/connectClient.ts";
import { ownCertificate } from "#system/certificate/certificate.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import { connectContract } from "#system/rpc/connectContract.ts";
import { afterwards } from "../../test/afterwards.ts";
import { hex } from "../../test/hex.ts";
import { makeRealUser, noRealUsers } from "../../test/realUser.ts";

test("without root a service says how to come in, and its one user has his desktop by that", async (t) => {
  const host = await serve(t);
  const { user, port } = host;

  assert.match(host.welcome, new RegExp(`^Holdfast is ready at 127\\.0\\.0\\.1:${port}\\.$`, "mu"));
  const password = new RegExp(`^  xfreerdp  xfreerdp /v:127\\.0\\.0\\.1:${port} /u:${user} /p:(\\S+) `, "mu").exec(
    host.welcome,
  )?.[1];
  assert.ok(password !== undefined, host.welcome);
  assert.match(host.welcome, new RegExp(`^  mstsc     Computer: 127\\.0\\.0\\.1:${port}   User name: ${user}$`, "mu"));
  t.diagnostic(`ready after ${Math.round(host.readyAfter)} ms`);
  const size = { width: 640, height: 480 };
  await using client = await connectClient({ host: "127.0.0.1", port, size, user, password, deadline: seconds(60) });
  await client
    .waitFor("the session", () => client.sessionInfo !== undefined, seconds(60))
    .catch((error: unknown) => assert.fail(`${String(error)}\n${host.log()}`));

  const { sessions } = await host.admin.call("sessions", {});

  assert.deepEqual(
    sessions.map((session) => session.user),
    [user],
  );
  const fingerprint = client.certificate?.fingerprint;
  assert.ok(fingerprint !== undefined && host.welcome.includes(`SHA-256 ${fingerprint}`), fingerprint);
});

test("TLS is 1.2 or 1.3, and nothing older", async (t) => {
  const { port } = await serve(t);
  const protocolOf = async (version: "TLSv1.2" | "TLSv1.3") => {
    const socket = await secured(port, { minVersion: version, maxVersion: version });
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };

  assert.deepEqual([await protocolOf("TLSv1.2"), await protocolOf("TLSv1.3")], ["TLSv1.2", "TLSv1.3"]);
  const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  await assert.rejects(secured(port, old), /protocol version|closed|reset|disconnected/iu);
});

test("an operator's certificate is taken up while it serves, and status tells", async (t) => {
  const folder = folderOf(t);
  const made = ["first", "second"].map((name) => {
    mkdirSync(join(folder, name));
    return ownCertificate(join(folder, name), { random: systemRandomBytes, now: wallTime(Date.now()), names: [name] });
  });
  const place = (name: string): void => {
    for (const file of ["certificate.key", "certificate.pem"]) {
      copyFileSync(join(folder, name, file), join(folder, file));
      chmodSync(join(folder, file), 0o644);
    }
  };
  place("first");
  const lines = [`Certificate = "${folder}/certificate.pem"`, `CertificateKey = "${folder}/certificate.key"`];
  const host = await serve(t, { settings: lines });
  const seen = async (): Promise<string> => {
    const socket = await secured(host.port, {});
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };
  assert.equal(await seen(), made[0]?.fingerprints.sha256);

  place("second");

  // It looks every five seconds.
  for (let tries = 0; tries < 120 && (await seen()) !== made[1]?.fingerprints.sha256; tries++) await delay(250);
  assert.equal(await seen(), made[1]?.fingerprints.sha256);
  assert.equal((await host.admin.call("status", {})).fingerprint, made[1]?.fingerprints.sha256);
});

/**
 * A service of a user's own on a free port of 127.0.0.1: of a new user where the test may make one, else of who runs
 * it.
 */
async function serve(t: TestContext, { settings = [] }: { readonly settings?: readonly string[] } = {}) {
  const folder = folderOf(t);
  const real = noRealUsers() === undefined ? makeRealUser(t) : undefined;
  const startWm = join(folder, "startwm");
  writeFileSync(startWm, "#!/bin/sh\nexec sleep infinity\n", { mode: 0o755 });
  const config = join(folder, "holdfast.toml");
  writeFileSync(config, [`StartWm = "${startWm}"`, `Listen = ["127.0.0.1:0"]`, ...settings, ""].join("\n"));
  const run = join(folder, "run");
  const places = ["--run", run, "--state", join(folder, "state"), "--config", config];
  if (real !== undefined) chownSync(folder, real.uid, real.gid);
  const home = real === undefined ? {} : { HOME: real.home };
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const startedAt = performance.now();
  const service = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, "serve", ...places], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...home },
    ...(real === undefined ? {} : { uid: real.uid, gid: real.gid }),
  });
  let said = "";
  for (const stream of [service.stdout, service.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  for (let tries = 0; tries < 1500 && !said.includes("Stop with") && service.exitCode === null; tries++)
    await delay(20);
  const readyAfter = performance.now() - startedAt;
  const port = Number(/ready at 127\.0\.0\.1:(\d+)/u.exec(said)?.[1]);
  assert.ok(Number.isInteger(port), said);
  const admin = await connectContract(adminContract, join(run, "admin.sock"), {});
  afterwards(t, async () => {
    for (const { id } of (await admin.call("sessions", {})).sessions) {
      await admin.call("endSession", { session: id, how: "reset" });
    }
    admin.close();
    await ended(service);
  });
  const log = () => said + readFileSync(join(folder, "state/holdfast.log"), "utf8");
  return { port, admin, readyAfter, welcome: said, log, user: real?.name ?? userInfo().username };
}

async function ended(service: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => service.once("exit", resolve));
  if (service.exitCode !== null) return;
  service.kill("SIGTERM");
  await over;
}

/** TLS behind the X.224 negotiation that asks for it. */
async function secured(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const raw = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => raw.once("connect", resolve).once("error", reject));
  raw.write(hex("03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 01 00 00 00"));
  await new Promise((resolve) => raw.once("data", resolve));
  const socket = connectTls({ socket: raw, rejectUnauthorized: false, ...options });
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  return socket;
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync("/tmp/holdfast-serve-");
  chmodSync(folder, 0o755);
  afterwards(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const program = fileURLToPath(new URL("holdfast.ts", import.meta.url));
