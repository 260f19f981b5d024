import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { awaitRecord } from "../interop/harness/explained.ts";
import { startHoldfast } from "../interop/harness/holdfast.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { ask, doctorsFindings } from "./answers.ts";
import { assertNamed } from "./named.ts";

const skip = noRealUsers();

describe("what is set wrongly is named", { skip, concurrency: 2 }, () => {
  test("a window manager that exits at once", async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ desktop: "echo no such theme >&2; exit 3" });
    await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const { id } = await awaitRecord(host, "HF-SESS-01", { connectionsOnly: true });
    const [explain, doctor] = await Promise.all([ask(host, ["explain", id]), doctorsFindings(host)]);
    const signIn = await ask(host, ["test", "signin", "--user", user.name], `${user.password}\n`);
    assertNamed("managerExits", { explain: explain.out, doctor, "test signin": signIn.out });
  });

  test("a policy that forbids", async () => {
    await using user = await testUser();
    const policy = '[ComputerPolicy.lab]\nSeRemoteInteractiveLogonRight = ["@sudo"]';
    await using host = await startHoldfast({ settings: policy, desktop: "exec xterm" });
    await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const { id } = await awaitRecord(host, "HF-SIGN-13");
    const [explain, doctor] = await Promise.all([ask(host, ["explain", id]), doctorsFindings(host)]);
    const signIn = await ask(host, ["test", "signin", "--user", user.name], `${user.password}\n`);
    assertNamed("policyForbids", { explain: explain.out, doctor, "test signin": signIn.out });
  });

  test("a certificate that has expired", async () => {
    using files = expiredCertificate();
    const lines = [`Certificate = "${files.certificate}"`, `CertificateKey = "${files.key}"`];
    await using host = await startHoldfast({ settings: lines.join("\n") });
    const [doctor, probe] = await Promise.all([doctorsFindings(host), ask(host, ["probe", `127.0.0.1:${host.port}`])]);
    assertNamed("certificateExpired", { doctor, probe: probe.out });
  });

  test("a name server that answers late holds up no sign-in", async () => {
    await using user = await testUser();
    await using server = await slowNameServer();
    const view = `mount --bind ${server.resolvConf} /etc/resolv.conf; exec "$@"`;
    await using host = await startHoldfast({ enter: ["unshare", "--mount", "sh", "-c", view, "sh"] });
    await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    await host.sessionOf(user, { attached: true });
    assert.equal(server.asked(), 0);
    assertNamed("slowNames", { doctor: await doctorsFindings(host) });
    assert.ok(0 < server.asked());
  });
});

/** Of last year, by a certificate authority of its own. */
function expiredCertificate() {
  const folder = mkdtempSync("/tmp/holdfast-expired-");
  const openssl = (...words: readonly string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const rules =
    "[ca]\ndefault_ca=c\n[c]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\n";
  writeFileSync(join(folder, "ca.cnf"), `${rules}[p]\ncommonName=supplied\n`);
  writeFileSync(join(folder, "index"), "");
  writeFileSync(join(folder, "serial"), "01\n");
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", "csr", "-subj", `/CN=${hostname()}`);
  const times = ["-startdate", "20250101000000Z", "-enddate", "20250201000000Z"];
  const files = ["-config", "ca.cnf", "-keyfile", key, "-in", "csr", "-out", certificate];
  openssl("ca", "-batch", "-selfsign", "-notext", ...files, ...times);
  return { key, certificate, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** On a loopback address of its own, whose port 53 nobody else has; says after four seconds that there is no name. */
async function slowNameServer() {
  const folder = mkdtempSync("/tmp/holdfast-names-");
  const address = `127.${[0, 8, 16].map((shift) => 1 + (((process.pid * 7919) >> shift) % 250)).join(".")}`;
  const resolvConf = join(folder, "resolv.conf");
  writeFileSync(resolvConf, `nameserver ${address}\n`);
  let asked = 0;
  const timers = new Set<NodeJS.Timeout>();
  const server = createSocket("udp4", (query, { port, address: from }) => {
    asked++;
    const answer = Buffer.from(query);
    // A response (bit 15), recursion available (7), no such name (3). RFC 1035 4.1.1
    answer.writeUInt16BE(0x8183, 2);
    timers.add(setTimeout(() => server.send(answer, port, from), 4000));
  });
  await new Promise<void>((resolve) => server.bind(53, address, resolve));
  return {
    resolvConf,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true });
    },
  };
}
