import type { NtlmClaim } from "#base/hash/ntlmV2.ts";
import type { NlaFailure, NtlmRefusal } from "../../security/nla/nlaFailure.ts";
import type { NtlmServer, UnprovedAuthenticate } from "../../security/nla/ntlmAccept.ts";
import type { NtlmSession } from "../../security/nla/ntlmSession.ts";
import type { TsRequest } from "../../security/nla/tsRequest.ts";

/** What the server's side of CredSSP knows from the start. */
export interface NlaAcceptSettings extends NtlmServer {
  /** The content of subjectPublicKey in our certificate, without its header: of an RSA key the RSAPublicKey. */
  readonly subjectPublicKey: Uint8Array;
  /** Each hash of our certificate that a client may bind its channel to (RFC 5929: SHA-256, or the signature's own). */
  readonly certificateHashes: readonly Uint8Array[];
  /** The CredSSP version we speak, 2 to 6, and the oldest we let in. Below 5 a relay attack is known: CVE-2018-0886. */
  readonly version: number;
  readonly versionMin: number;
  /** PROTOCOL_HYBRID_EX was chosen: the client waits for an Early User Authorization Result. */
  readonly earlyUserAuthorization: boolean;
}

/** What stays the same from the client's first message on. */
export interface NlaExchange {
  readonly settings: NlaAcceptSettings;
  /** Spoken by both sides. */
  readonly version: number;
  readonly wrapping: NlaWrapping;
}
/** How the client carries NTLM: bare, or inside of SPNEGO. */
export type NlaWrapping =
  | { readonly is: "ntlm" }
  | { readonly is: "spnego"; readonly offered: readonly string[]; readonly micRequired: boolean };

export type NlaAcceptState =
  | { readonly at: "awaitingFirstToken"; readonly settings: NlaAcceptSettings }
  | { readonly at: "awaitingNegotiate"; readonly exchange: NlaExchange }
  | {
      readonly at: "awaitingAuthenticate";
      readonly exchange: NlaExchange;
      readonly negotiate: Uint8Array;
      readonly challenge: Uint8Array;
    }
  | {
      readonly at: "awaitingVerification";
      readonly exchange: NlaExchange;
      readonly negotiate: Uint8Array;
      readonly challenge: Uint8Array;
      readonly authenticate: Uint8Array;
      readonly unproved: UnprovedAuthenticate;
      readonly mechListMic: Uint8Array | undefined;
      /** The message with pubKeyAuth, which the client may send along or right behind. */
      readonly publicKey: TsRequest | undefined;
    }
  | {
      readonly at: "awaitingPublicKey";
      readonly exchange: NlaExchange;
      readonly claim: NtlmClaim;
      readonly session: NtlmSession;
    }
  | {
      readonly at: "awaitingCredentials";
      readonly exchange: NlaExchange;
      readonly claim: NtlmClaim;
      readonly session: NtlmSession;
    }
  | { readonly at: "awaitingAuthorization" }
  | { readonly at: "finished" }
  | { readonly at: "failed"; readonly failure: NlaFailure };

export type NlaAcceptEvent =
  /** One whole TSRequest (see tsRequestLength), lent. */
  | { readonly is: "message"; readonly bytes: Uint8Array }
  /** Answers to "verifyNtlm"; the key has 16 bytes. */
  | { readonly is: "ntlmVerified"; readonly sessionBaseKey: Uint8Array }
  | { readonly is: "ntlmRefused"; readonly reason: NtlmRefusal }
  /** Answers to "authenticated" when earlyUserAuthorization is set. */
  | { readonly is: "authorized" }
  | { readonly is: "accessDenied" };

export type NlaAcceptEffect =
  | { readonly do: "send"; readonly bytes: Uint8Array }
  /** Asks whoever keeps the hashes whether verifyNtlmV2() holds. */
  | { readonly do: "verifyNtlm"; readonly claim: NtlmClaim }
  /** The user has proved the password and delegated it. Names as the client wrote them. */
  | { readonly do: "authenticated"; readonly user: string; readonly domain: string; readonly password: string }
  /** The end: the client has been told what it may know; close the connection. */
  | { readonly do: "fail"; readonly failure: NlaFailure };

export interface NlaAcceptStep {
  readonly state: NlaAcceptState;
  readonly effects: readonly NlaAcceptEffect[];
}
