import type { SecureVersion } from "node:tls";
import type { Milliseconds } from "#base/units.ts";
import { between } from "#base/units.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { Clock } from "#system/clock.ts";
import { failureWords, negotiationText } from "./failureWords.ts";
import { knock, type Knock, type KnockOptions } from "./knock.ts";
import type { Offer } from "./probeReport.ts";

export interface OffersOptions extends Omit<KnockOptions, "offered" | "until" | "tlsVersion"> {
  /** For all of them together; what does not fit is not asked. */
  readonly inAll: Milliseconds;
}

/** What the server answers to each way of securing a connection by itself: a connection each, one after the other. */
export async function securityOffers(options: OffersOptions): Promise<readonly Offer[]> {
  return each(options, Object.entries(securityWays), async ([offer, offered]) => {
    const seen = await knock({ ...options, offered, until: "confirm" });
    return { offer, ...securityAnswer(seen, offered, options.port) };
  });
}

/** Which versions of TLS the server takes, each alone. */
export async function tlsOffers(options: OffersOptions): Promise<readonly Offer[]> {
  return each(options, tlsVersions, async (tlsVersion) => {
    const seen = await knock({ ...options, offered: anyTls, until: "tls", tlsVersion });
    return {
      offer: tlsVersion.replace("v", " ").replace(/ 1$/u, " 1.0"),
      ...tlsAnswer(seen, tlsVersion, options.port),
    };
  });
}

async function each<T>(
  { clock, inAll }: { readonly clock: Clock; readonly inAll: Milliseconds },
  all: readonly T[],
  ask: (one: T) => Promise<Offer>,
): Promise<readonly Offer[]> {
  const start = clock.now();
  const offers: Offer[] = [];
  for (const one of all) {
    if (inAll < between(start, clock.now())) break;
    offers.push(await ask(one));
  }
  return offers;
}

type Answer = Omit<Offer, "offer">;

function securityAnswer({ confirm, failure }: Knock, offered: readonly SecurityProtocol[], port: number): Answer {
  if (failure !== undefined) return { answer: "unclear", says: failureWords(failure, port).says };
  if (confirm?.is === "failed") return { answer: "refused", says: negotiationText(confirm.failure) };
  const chosen = confirm?.is === "negotiated" ? confirm.selectedProtocol : "rdp";
  const wanted = offered.at(-1) ?? "rdp";
  if (chosen === wanted) return { answer: "taken", says: warnings[wanted] ?? "" };
  return {
    answer: "refused",
    says: `the server chooses ${typeof chosen === "string" ? chosen : chosen.unknown} instead`,
  };
}

function tlsAnswer({ tls, failure }: Knock, version: SecureVersion, port: number): Answer {
  if (tls !== undefined) {
    const old = version === "TLSv1" || version === "TLSv1.1" ? ": outdated, and better switched off" : "";
    return { answer: "taken", says: `${tls.cipher}${old}` };
  }
  if (failure?.is === "tlsFailed") return { answer: "refused", says: failure.problem };
  if (failure?.is === "closed" && failure.step === "tls") return { answer: "refused", says: "the server closes" };
  return { answer: "unclear", says: failure === undefined ? "" : failureWords(failure, port).says };
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
