import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync, copyFileSync } from "node:fs";
import { connect, createServer } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { wallTime } from "#base/units.ts";
import { silentLog } from "../log.ts";
import { systemRandomBytes } from "../randomBytes.ts";
import { loadCertificate, namesOfThisHost, ownCertificate, watchCertificate } from "./certificate.ts";

const names = ["desk.example.com", "desk", "192.0.2.1", "2001:db8::17", "::1"];
const now = wallTime(Date.now());

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-certificate-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("the own certificate is for every name and address, and is kept", (t) => {
  const state = folder(t);

  const made = ownCertificate(state, { random: systemRandomBytes, now, names });
  const again = ownCertificate(state, { random: systemRandomBytes, now, names: ["other"] });

  const x509 = new X509Certificate(made.certificate);
  assert.equal(
    x509.subjectAltName,
    "DNS:desk.example.com, DNS:desk, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:17, IP Address:0:0:0:0:0:0:0:1",
  );
  assert.equal(made.subject, "CN=desk.example.com");
  assert.ok(x509.verify(x509.publicKey));
  assert.equal(x509.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  assert.equal(again.fingerprints.sha256, made.fingerprints.sha256);
  assert.deepEqual(
    ["certificate.pem", "certificate.key"].map((file) => statSync(join(state, file)).mode & 0o777),
    [0o600, 0o600],
  );
});

test("openssl accepts the own certificate, and finds the same key and fingerprint", (t) => {
  const state = folder(t);
  const made = ownCertificate(state, { random: systemRandomBytes, now, names });
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: state, encoding: "utf8" });
  try {
    openssl("version");
  } catch {
    return t.diagnostic("openssl is not installed");
  }

  assert.match(openssl("verify", "-x509_strict", "-CAfile", "certificate.pem", "certificate.pem"), /: OK/u);
  assert.equal(
    openssl("x509", "-in", "certificate.pem", "-noout", "-fingerprint", "-sha256").trim().split("=")[1],
    made.fingerprints.sha256,
  );
  const der = execFileSync("openssl", ["rsa", "-in", "certificate.key", "-RSAPublicKey_out", "-outform", "DER"], {
    cwd: state,
    stdio: ["ignore", "pipe", "ignore"],
  });
  assert.deepEqual(made.subjectPublicKey, Uint8Array.from(der));
});

test("a TLS client that trusts the own certificate reaches the host by name", async (t) => {
  const made = ownCertificate(folder(t), { random: systemRandomBytes, now, names });
  const server = createServer({ cert: made.certificate, key: made.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);

  const socket = connect({ host: "127.0.0.1", port: address.port, servername: "desk", ca: made.certificate });
  await new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject));

  assert.equal(socket.authorized, true);
  const raw = socket.getPeerX509Certificate()?.raw ?? Buffer.alloc(0);
  assert.deepEqual(made.endPointHash, Uint8Array.from(createHash("sha256").update(raw).digest()));
  socket.destroy();
});

test("the own certificate is made anew a month before its end", (t) => {
  const state = folder(t);
  const made = ownCertificate(state, { random: systemRandomBytes, now, names });

  const later = ownCertificate(state, { random: systemRandomBytes, now: wallTime(now + 800 * 86_400_000), names });

  assert.notEqual(later.fingerprints.sha256, made.fingerprints.sha256);
});

test("files that do not fit together are refused by name", (t) => {
  const one = folder(t);
  const other = folder(t);
  ownCertificate(one, { random: systemRandomBytes, now, names });
  ownCertificate(other, { random: systemRandomBytes, now, names });
  writeFileSync(join(one, "garbage.pem"), "garbage");
  const certificate = join(one, "certificate.pem");

  assert.throws(() => loadCertificate({ certificate, key: join(other, "certificate.key") }), /is not the key of/u);
  assert.throws(() => loadCertificate({ certificate: join(one, "garbage.pem"), key: certificate }), /garbage\.pem: /u);
  assert.throws(() => loadCertificate({ certificate: join(one, "none.pem"), key: certificate }), /none\.pem: ENOENT/u);
});

test("an operator's new certificate is taken up", async (t) => {
  const state = folder(t);
  const next = folder(t);
  const old = ownCertificate(state, { random: systemRandomBytes, now, names });
  const files = { certificate: join(state, "certificate.pem"), key: join(state, "certificate.key") };
  const renewed = ownCertificate(next, { random: systemRandomBytes, now, names });
  const taken: string[] = [];
  const watch = watchCertificate(files, silentLog, (found) => taken.push(found.fingerprints.sha256), { every: 20 });
  t.after(() => watch.close());

  copyFileSync(join(next, "certificate.key"), files.key);
  await new Promise((resolve) => setTimeout(resolve, 100));
  copyFileSync(join(next, "certificate.pem"), files.certificate);
  for (let tries = 0; tries < 200 && taken.length === 0; tries++) await new Promise((r) => setTimeout(r, 10));

  assert.deepEqual(taken, [renewed.fingerprints.sha256]);
  assert.notEqual(old.fingerprints.sha256, renewed.fingerprints.sha256);
});

test("the host has at least its name and localhost", () => {
  assert.ok(namesOfThisHost().includes("localhost"));
});
