import { createHash, createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, unwatchFile, watchFile } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { seconds, type WallTime } from "#base/units.ts";
import { writeFileAtomically } from "../atomicFile.ts";
import type { Log } from "../log.ts";
import type { RandomBytes } from "../randomBytes.ts";
import { elementsOf } from "./der.ts";
import { makeSelfSigned } from "./selfSigned.ts";

/** What a listener shows to its clients. */
export interface ServerCertificate {
  /** PEM, with the chain when the operator gave one; for `tls.createSecureContext`. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly subject: string;
  readonly validUntil: Date;
  /** Upper-case hexadecimal pairs with colons, as clients show them. */
  readonly fingerprints: { readonly sha1: string; readonly sha256: string };
  /**
   * The content of subjectPublicKey without the bit string's header: what CredSSP binds (MS-CSSP 3.1.5, PubKeyAuth).
   */
  readonly subjectPublicKey: Uint8Array;
  /** The hash of the channel binding tls-server-end-point (RFC 5929 4.1). */
  readonly endPointHash: Uint8Array;
}

export type CertificateFiles = { readonly certificate: string; readonly key: string };

/** A certificate or its key cannot be used. The message names the file and what is wrong. */
export class CertificateUnusable extends Error {
  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
    this.name = "CertificateUnusable";
  }
}

/** Reads the operator's PEM files. Throws CertificateUnusable. */
export function loadCertificate(files: CertificateFiles): ServerCertificate {
  const certificate = readPem(files.certificate);
  const key = readPem(files.key);
  const first = parsed(files.certificate, () => new X509Certificate(certificate));
  const privateKey = parsed(files.key, () => createPrivateKey(key));
  if (!first.checkPrivateKey(privateKey)) {
    throw new CertificateUnusable(files.key, `this is not the key of the certificate in ${files.certificate}`);
  }
  return describe(first, certificate, key);
}

/** The self-signed certificate of the state folder; made anew when there is none or it ends within 30 days. */
export function ownCertificate(
  stateFolder: string,
  using: { readonly random: RandomBytes; readonly now: WallTime; readonly names?: readonly string[] },
): ServerCertificate {
  const files = { certificate: join(stateFolder, "certificate.pem"), key: join(stateFolder, "certificate.key") };
  if (existsSync(files.certificate) && existsSync(files.key)) {
    const found = loadCertificate(files);
    if (using.now + 30 * DAY < found.validUntil.getTime()) return found;
  }
  const made = makeSelfSigned({
    names: using.names ?? namesOfThisHost(),
    // Clients whose clock is a little slow must not refuse it.
    from: new Date(using.now - DAY),
    until: new Date(using.now + 825 * DAY),
    serial: Uint8Array.of(0x4f, ...using.random(15)),
  });
  writeFileAtomically(files.key, made.key, 0o600);
  writeFileAtomically(files.certificate, made.certificate, 0o600);
  return loadCertificate(files);
}

/**
 * Tells when the operator's files have changed and can be used; while they cannot (one is written, the other not yet)
 * it says so in the log and keeps looking. Looks every 5 s, or as often as `every` (milliseconds) says, which also sees
 * files on network disks and behind symbolic links.
 */
export function watchCertificate(
  files: CertificateFiles,
  log: Log,
  changed: (certificate: ServerCertificate) => void,
  options: { readonly every: number } = { every: seconds(5) },
): { close(): void } {
  let last = readIfThere(files);
  const look = (): void => {
    const now = readIfThere(files);
    if (now === last) return;
    last = now;
    try {
      changed(loadCertificate(files));
    } catch (error) {
      if (!(error instanceof CertificateUnusable)) throw error;
      log.warn("certificateUnusable", { why: error.message });
    }
  };
  const paths = [files.certificate, files.key];
  for (const path of paths) watchFile(path, { interval: options.every, persistent: false }, look);
  return {
    close: () => {
      for (const path of paths) unwatchFile(path, look);
    },
  };
}

/** Host name, its first label, "localhost", and the addresses of all interfaces. */
export function namesOfThisHost(): readonly string[] {
  const host = hostname();
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  // A link-local address names an interface of this host, which means nothing to a client.
  const usable = addresses.map(({ address }) => address).filter((address) => !address.startsWith("fe80"));
  return [...new Set([host, host.split(".")[0] ?? host, "localhost", ...usable])].filter((name) => name !== "");
}

function describe(first: X509Certificate, certificate: string, key: string): ServerCertificate {
  return {
    certificate,
    key,
    subject: first.subject.replaceAll("\n", ", "),
    validUntil: first.validToDate,
    fingerprints: { sha1: first.fingerprint, sha256: first.fingerprint256 },
    subjectPublicKey: subjectPublicKeyOf(first.publicKey),
    endPointHash: endPointHashOf(first),
  };
}

function subjectPublicKeyOf(key: KeyObject): Uint8Array {
  const [info] = elementsOf(key.export({ type: "spki", format: "der" }));
  const [, bitString] = elementsOf(info?.content ?? new Uint8Array());
  if (bitString?.tag !== 0x03) throw new Error("a public key without its bit string");
  return Uint8Array.from(bitString.content.subarray(1));
}

function endPointHashOf(certificate: X509Certificate): Uint8Array {
  const used = /sha-?(224|256|384|512)/iu.exec(certificate.signatureAlgorithm ?? "")?.[1] ?? "256";
  return Uint8Array.from(createHash(`sha${used}`).update(certificate.raw).digest());
}

function readPem(path: string): string {
  return parsed(path, () => readFileSync(path, "utf8"));
}

function readIfThere(files: CertificateFiles): string {
  return [files.certificate, files.key].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : "")).join("\0");
}

function parsed<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CertificateUnusable(path, error instanceof Error ? error.message : String(error));
  }
}

const DAY = 86_400_000;
