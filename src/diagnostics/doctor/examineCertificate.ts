import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CertificateUnusable, loadCertificate } from "#system/certificate/certificate.ts";
import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** The certificate that clients are shown: its key, its dates, its names, its chain. */
export function examineCertificate(host: Examined): readonly Finding[] {
  const { settings, folders, now } = host;
  const isOwn = settings.Certificate === undefined;
  const files = {
    certificate: settings.Certificate ?? join(folders.state, "certificate.pem"),
    key: settings.CertificateKey ?? join(folders.state, "certificate.key"),
  };
  const renew = isOwn
    ? `remove ${files.certificate}, then holdfast restart makes another`
    : `renew ${files.certificate}; it is taken up at once`;
  if (isOwn && host.service.is === "silent" && !existsSync(files.certificate)) {
    return [ok("certificate", "there is none yet: Holdfast makes one when it is first started")];
  }
  let loaded: ReturnType<typeof loadCertificate>;
  try {
    loaded = loadCertificate(files);
  } catch (error) {
    if (!(error instanceof CertificateUnusable)) throw error;
    return [broken("certificate", error.message, "the settings Certificate and CertificateKey name the files")];
  }
  const text = readFileSync(files.certificate, "utf8");
  const first = new X509Certificate(text);
  return [
    dates(first, now, renew),
    ...names(first, renew),
    ...keyFile(files.key),
    ...(isOwn ? [ok("certificate", "made by Holdfast itself: clients ask once whether to trust it")] : chain(text)),
    ...served(host, loaded.fingerprints.sha256),
  ];
}

function dates(first: X509Certificate, now: number, renew: string): Finding {
  const [from, until] = [first.validFromDate.getTime(), first.validToDate.getTime()];
  const days = Math.floor((until - now) / day);
  if (until <= now) return broken("certificate", `expired on ${first.validTo}, ${-days} days ago`, renew);
  if (now < from) return broken("certificate", `is valid only from ${first.validFrom}: or is the clock wrong?`, "date");
  if (days < 14) return warning("certificate", `expires in ${days} days, on ${first.validTo}`, renew);
  return ok("certificate", `valid for ${days} more days, until ${first.validTo}`);
}

function names(first: X509Certificate, renew: string): readonly Finding[] {
  const name = hostname();
  if (first.checkHost(name) !== undefined) return [];
  const has = first.subjectAltName ?? first.subject.replaceAll("\n", ", ");
  return [warning("certificate", `names ${has}, and not this host, ${name}: clients that check it complain`, renew)];
}

function keyFile(path: string): readonly Finding[] {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o007) === 0) return [];
  return [
    broken("certificate", `everybody on this host can read its key (mode ${mode.toString(8)})`, `chmod 600 ${path}`),
  ];
}

/** Whether each certificate in the file is followed by the one that signed it. */
function chain(text: string): readonly Finding[] {
  const all = (text.match(pemBlock) ?? []).map((block) => new X509Certificate(block));
  for (const [index, each] of all.entries()) {
    const issuer = all[index + 1];
    if (issuer !== undefined && !each.verify(issuer.publicKey)) {
      const what = `certificate ${index + 2} of the file has not signed the one before it`;
      return [broken("certificate", what, "put them in order: the host's first, then who signed it, and so on")];
    }
  }
  const last = all.at(-1);
  const isWhole = 1 < all.length || (last !== undefined && last.verify(last.publicKey));
  if (isWhole) return [];
  const what = "the file holds no chain: clients that do not know who signed it complain";
  return [warning("certificate", what, "append the certificates of the authority to the file")];
}

function served({ service }: Examined, onDisk: string): readonly Finding[] {
  if (service.is === "silent" || service.status.fingerprint === onDisk) return [];
  return [warning("certificate", "the service still shows another one than is on the disk", "holdfast restart")];
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;
const day = 86_400_000;
