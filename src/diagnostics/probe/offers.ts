import type { SecureVersion } from "node:tls";
import type { Milliseconds } from "#base/units.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import { failureWords, negotiationText } from "./failureWords.ts";
import { knock, type Knock, type KnockOptions } from "./knock.ts";
import type { Offer } from "./probeReport.ts";
import type { SeenTls } from "./secureSocket.ts";

export interface OffersOptions extends Omit<KnockOptions, "offered" | "until" | "tlsVersion"> {
  /** For all of them together; what does not fit is not asked. */
  readonly inAll: Milliseconds;
  /** The server has chosen to go on under TLS; otherwise no version is asked for. */
  readonly isUnderTls: boolean;
  /** What it has shown already: a version that it takes. */
  readonly known: SeenTls | undefined;
}

export interface Offers {
  /** Each way of securing a connection by itself. */
  readonly security: readonly Offer[];
  /** Each version of TLS alone. */
  readonly tlsVersions: readonly Offer[];
}

/**
 * What the server answers to each way of securing a connection, and to each version of TLS. One connection after the
 * other, and as few as can be, since each costs some servers a process: a way that is taken goes on to the handshake of
 * a version that is still to be asked for.
 */
export async function askOffers(options: OffersOptions): Promise<Offers> {
  const { known, isUnderTls, clock, inAll, port } = options;
  const end = clock.now() + inAll;
  const security: Offer[] = [];
  const versions = new Map<SecureVersion, Answer>();
  if (known !== undefined && isVersion(known.version)) versions.set(known.version, takenVersion(known.version, known));
  const nextVersion = () => (isUnderTls ? tlsVersions.find((each) => !versions.has(each)) : undefined);
  for (const [offer, offered] of Object.entries(securityWays)) {
    if (end < clock.now()) break;
    const tlsVersion = offered.length === 0 ? undefined : nextVersion();
    const seen = await knock({ ...options, offered, ...until(tlsVersion) });
    security.push({ offer, ...securityAnswer(seen, offered, port) });
    if (tlsVersion !== undefined && goesOnUnderTls(seen)) versions.set(tlsVersion, tlsAnswer(seen, tlsVersion, port));
  }
  for (let next = nextVersion(); next !== undefined && clock.now() < end; next = nextVersion()) {
    const seen = await knock({ ...options, offered: anyTls, ...until(next) });
    versions.set(next, tlsAnswer(seen, next, port));
  }
  const asked = tlsVersions.flatMap((version): readonly Offer[] => {
    const answer = versions.get(version);
    return answer === undefined ? [] : [{ offer: versionText(version), ...answer }];
  });
  return { security, tlsVersions: asked };
}

/** Whether the server has chosen a way that begins with TLS. */
export function goesOnUnderTls({ confirm }: Knock): boolean {
  return confirm?.is === "negotiated" && confirm.selectedProtocol !== "rdp";
}

function until(tlsVersion: SecureVersion | undefined) {
  return tlsVersion === undefined ? ({ until: "confirm" } as const) : ({ until: "tls", tlsVersion } as const);
}

function isVersion(version: string): version is SecureVersion {
  return tlsVersions.some((each) => each === version);
}

function versionText(version: SecureVersion): string {
  return version.replace("v", " ").replace(/ 1$/u, " 1.0");
}

type Answer = Omit<Offer, "offer">;

function securityAnswer({ confirm, failure }: Knock, offered: readonly SecurityProtocol[], port: number): Answer {
  // A handshake that came after the answer says nothing about it.
  if (confirm === undefined) {
    return { answer: "unclear", says: failure === undefined ? "" : failureWords(failure, port).says };
  }
  if (confirm.is === "failed") return { answer: "refused", says: negotiationText(confirm.failure) };
  const chosen = confirm.is === "negotiated" ? confirm.selectedProtocol : "rdp";
  const wanted = offered.at(-1) ?? "rdp";
  if (chosen === wanted) return { answer: "taken", says: warnings[wanted] ?? "" };
  return {
    answer: "refused",
    says: `the server chooses ${chosenText(chosen)} instead`,
  };
}

function chosenText(chosen: SecurityProtocol | "rdp" | { readonly unknown: number }): string {
  if (typeof chosen !== "string") return `the protocol ${chosen.unknown}`;
  return { rdp: "RDP security", tls: "TLS", credssp: "HYBRID", credsspEx: "HYBRID_EX", rdstls: "RDSTLS", aad: "AAD" }[
    chosen
  ];
}

function tlsAnswer({ tls, failure }: Knock, version: SecureVersion, port: number): Answer {
  if (tls !== undefined) return takenVersion(version, tls);
  if (failure?.is === "tlsFailed") return { answer: "refused", says: failure.problem };
  if (failure?.is === "closed" && failure.step === "tls") return { answer: "refused", says: "the server closes" };
  return { answer: "unclear", says: failure === undefined ? "" : failureWords(failure, port).says };
}

function takenVersion(version: SecureVersion, { cipher }: SeenTls): Answer {
  const old = version === "TLSv1" || version === "TLSv1.1" ? ": outdated, and better switched off" : "";
  return { answer: "taken", says: `${cipher}${old}` };
}

/** The last of each is the one that is asked about; the extended NLA may not come without the plain one. */
const securityWays: Readonly<Record<string, readonly SecurityProtocol[]>> = {
  "RDP security": [],
  TLS: ["tls"],
  "NLA (HYBRID)": ["credssp"],
  "NLA (HYBRID_EX)": ["credssp", "credsspEx"],
};

const warnings: Readonly<Record<string, string>> = { rdp: "RC4: can be decrypted by others" };
const tlsVersions: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const anyTls: readonly SecurityProtocol[] = ["tls", "credssp", "credsspEx"];
