import type { ReplyOf, RequestOf } from "#contracts/contract.ts";
import type { ConnectionStart, serviceContract } from "#contracts/service.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { startNlaAccept, stepNlaAccept } from "#protocol/sequences/accept/nla.ts";
import type { NlaAcceptEvent, NlaAcceptState } from "#protocol/sequences/accept/nlaState.ts";
import type { NlaFailure } from "#protocol/security/nla/nlaFailure.ts";
import type { RandomBytes } from "#system/randomBytes.ts";

/** Who came through NLA, with the password that he delegated. */
export interface Delegated {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

type Calls = (typeof serviceContract)["calls"];

export interface NlaDeskOwner {
  send(bytes: Uint8Array): void;
  /** Asks the service; never comes back when it does not answer. */
  verify(claim: RequestOf<Calls["verifyNtlm"]>): Promise<ReplyOf<Calls["verifyNtlm"]>>;
  /** The user has proved the password, and no further message of NLA comes. */
  delegated(credentials: Delegated): Promise<"admitted" | "refused">;
  /** The client may go on: to its desktop, or to the screen that says no. */
  admitted(): void;
  refuse(refusal: Refusal): void;
}

/** Runs the NLA sequence of one connection; the service checks the proof, since it alone has the keys. */
export class NlaDesk {
  readonly #owner: NlaDeskOwner;
  readonly #earlyAuthorization: boolean;
  #state: NlaAcceptState;

  constructor(options: {
    readonly owner: NlaDeskOwner;
    readonly start: ConnectionStart;
    readonly random: RandomBytes;
    /** Milliseconds since 1970. */
    readonly now: number;
    readonly earlyAuthorization: boolean;
  }) {
    const { start } = options;
    const { certificate, hostName } = start;
    this.#owner = options.owner;
    this.#earlyAuthorization = options.earlyAuthorization;
    this.#state = startNlaAccept({
      subjectPublicKey: Buffer.from(certificate.subjectPublicKey, "hex"),
      certificateHashes: [Buffer.from(certificate.endPointHash, "hex")],
      version: newestVersion,
      versionMin: oldestVersion,
      earlyUserAuthorization: options.earlyAuthorization,
      serverChallenge: options.random(8),
      computerName: netbiosName(hostName),
      domainName: netbiosName(hostName),
      dnsComputerName: hostName,
      dnsDomainName: hostName,
      timestamp: fileTime(options.now),
    });
  }

  receive(bytes: Uint8Array): void {
    this.#step({ is: "message", bytes });
  }

  #step(event: NlaAcceptEvent): void {
    const { state, effects } = stepNlaAccept(this.#state, event);
    this.#state = state;
    for (const effect of effects) {
      switch (effect.do) {
        case "send":
          this.#owner.send(effect.bytes);
          break;
        case "verifyNtlm":
          void this.#verify(effect.claim);
          break;
        case "authenticated":
          void this.#admit(effect);
          break;
        case "fail":
          this.#owner.refuse(refusalOf(effect.failure));
          break;
      }
    }
  }

  async #verify(claim: Extract<ReturnType<typeof stepNlaAccept>["effects"][number], { do: "verifyNtlm" }>["claim"]) {
    const answer = await this.#owner.verify({
      user: claim.user,
      domain: claim.domain,
      serverChallenge: hexOf(claim.serverChallenge),
      ntProof: hexOf(claim.ntProof),
      temp: hexOf(claim.temp),
    });
    if (answer.is === "verified") {
      return this.#step({ is: "ntlmVerified", sessionBaseKey: Buffer.from(answer.sessionBaseKey, "hex") });
    }
    this.#step({ is: "ntlmRefused", reason: answer.why === "notEnrolled" ? "notEnrolled" : "wrongPassword" });
  }

  async #admit(credentials: Delegated): Promise<void> {
    const decision = await this.#owner.delegated(credentials);
    if (this.#earlyAuthorization) this.#step({ is: decision === "admitted" ? "authorized" : "accessDenied" });
    if (decision === "admitted" || !this.#earlyAuthorization) this.#owner.admitted();
  }
}

/** What the operator and the log are told; the client has had its status code already. */
function refusalOf(failure: NlaFailure): Refusal {
  switch (failure.is) {
    case "refused":
      return failure.reason === "notEnrolled"
        ? { code: "HF-SIGN-07", user: failure.user }
        : { code: "HF-SIGN-01", user: failure.user };
    case "credentialsUnusable":
      return { code: "HF-SIGN-09", detail: String(failure.kind) };
    case "malformed":
      return { code: "HF-WIRE-03", step: "awaitingNla", problem: failure.error.message };
    default:
      return { code: "HF-WIRE-06", step: "awaitingNla", got: failure.is };
  }
}

/** The first label in capitals, 15 characters at most. */
function netbiosName(hostName: string): string {
  return (hostName.split(".", 1)[0] ?? hostName).toUpperCase().slice(0, 15);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** 100 ns since 1601-01-01. */
function fileTime(now: number): bigint {
  return (BigInt(Math.round(now)) + 11_644_473_600_000n) * 10_000n;
}

const newestVersion = 6;
const oldestVersion = 2;
