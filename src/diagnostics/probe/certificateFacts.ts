import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { WallTime } from "#base/units.ts";
import type { Fact } from "./probeReport.ts";
import type { SeenTls } from "./secureSocket.ts";

/** What the server's certificate says, and what clients will complain about. `host`: as the user writes it. */
export function certificateFacts({ chain, distrust }: SeenTls, host: string, now: WallTime): readonly Fact[] {
  const [own] = chain;
  if (own === undefined) return [{ key: "subject", label: "Certificate", value: "none", warning: "no certificate" }];
  return [
    { key: "subject", label: "Subject", value: nameOf(own.subject) },
    namesFact(own, host),
    { key: "issuer", label: "Issuer", value: own.subject === own.issuer ? "itself" : nameOf(own.issuer) },
    { key: "validFrom", label: "Valid from", value: day(own.validFromDate), ...tooEarly(own, now) },
    { key: "validUntil", label: "Valid until", value: day(own.validToDate), ...tooLate(own, now) },
    keyFact(own),
    signatureFact(own),
    { key: "chain", label: "Chain", value: chain.map(({ subject }) => nameOf(subject)) },
    trustFact(distrust, own.subject === own.issuer),
    { key: "fingerprint", label: "SHA-256", value: own.fingerprint256 },
    { key: "thumbprint", label: "SHA-1", value: own.fingerprint.replaceAll(":", "").toLowerCase() },
  ];
}

function namesFact(certificate: X509Certificate, host: string): Fact {
  const names = (certificate.subjectAltName ?? "").split(", ").filter((each) => each !== "");
  const match = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  return {
    key: "names",
    label: "Names",
    value: names.length === 0 ? ["(none but the subject)"] : names,
    ...(match === undefined ? { warning: `it does not name ${host}: clients will warn` } : {}),
  };
}

function tooEarly(certificate: X509Certificate, now: WallTime): { readonly warning?: string } {
  return now < certificate.validFromDate.getTime() ? { warning: "not valid yet: is a clock wrong?" } : {};
}

function tooLate(certificate: X509Certificate, now: WallTime): { readonly warning?: string } {
  const days = Math.floor((certificate.validToDate.getTime() - now) / 86_400_000);
  if (days < 0) return { warning: `expired ${-days} days ago` };
  return days < soonDays ? { warning: `it expires in ${days} days` } : {};
}

function keyFact({ publicKey }: X509Certificate): Fact {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const kind = (publicKey.asymmetricKeyType ?? "unknown").toUpperCase();
  const size = modulusLength ?? namedCurve;
  const value = size === undefined ? kind : `${kind} ${size}`;
  const weak = modulusLength !== undefined && modulusLength < 2048;
  return { key: "key", label: "Key", value, ...(weak ? { warning: "shorter than 2048 bits" } : {}) };
}

function signatureFact({ signatureAlgorithm = "unknown" }: X509Certificate): Fact {
  const weak = /sha-?1|md5/iu.test(signatureAlgorithm);
  return {
    key: "signature",
    label: "Signed with",
    value: signatureAlgorithm,
    ...(weak ? { warning: "a broken hash" } : {}),
  };
}

function trustFact(distrust: string | undefined, isOwnIssuer: boolean): Fact {
  const trusted = isOwnIssuer ? "self-signed, and known to this host: others will ask" : "trusted by this host";
  if (distrust === undefined) return { key: "trust", label: "Trust", value: trusted };
  const value = distrustWords[distrust] ?? distrust;
  return { key: "trust", label: "Trust", value, warning: "clients ask whether to trust it" };
}

function nameOf(distinguished: string | undefined): string {
  return (distinguished ?? "").replaceAll("\n", ", ") || "(empty)";
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "unreadable" : date.toISOString().slice(0, 10);
}

const distrustWords: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "issued by an authority that this host does not know",
  UNABLE_TO_GET_ISSUER_CERT: "issued by an authority that this host does not know",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "issued by an authority that this host does not know",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "issued by an authority that this host does not know, or the chain is not whole",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not valid yet",
  CERT_REVOKED: "revoked",
  INVALID_PURPOSE: "not made for servers",
  EE_KEY_TOO_SMALL: "its key is too short",
  CA_MD_TOO_WEAK: "signed with a broken hash",
};
const soonDays = 30;
