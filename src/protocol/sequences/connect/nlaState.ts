import type { NlaFailure } from "../../security/nla/nlaFailure.ts";
import type { NtlmClient } from "../../security/nla/ntlmConnect.ts";
import type { NtlmSession } from "../../security/nla/ntlmSession.ts";

/** What the client's side of CredSSP knows from the start. */
export interface NlaConnectSettings extends NtlmClient {
  /** The content of subjectPublicKey in the server's certificate, without BIT STRING's header. */
  readonly subjectPublicKey: Uint8Array;
  /** The CredSSP version we speak, 2 to 6. */
  readonly version: number;
  /** 32 random bytes. */
  readonly clientNonce: Uint8Array;
  /** NTLM bare, as most clients do outside of a domain; or the mechanisms to offer in SPNEGO (object identifiers). */
  readonly wrapping: "ntlm" | { readonly offered: readonly string[] };
  /** PROTOCOL_HYBRID_EX was chosen: the server ends with an Early User Authorization Result. */
  readonly earlyUserAuthorization: boolean;
}

/** What stays the same from the server's first answer on. */
export interface NlaAnswered {
  readonly settings: NlaConnectSettings;
  /** Spoken by both sides. */
  readonly version: number;
  readonly session: NtlmSession;
}

export type NlaConnectState =
  | {
      readonly at: "awaitingChallenge";
      readonly settings: NlaConnectSettings;
      readonly negotiate: Uint8Array;
      /** SPNEGO's signatures are asked for. */
      readonly signs: boolean;
    }
  | { readonly at: "awaitingAcceptance"; readonly answered: NlaAnswered; readonly signs: boolean }
  | { readonly at: "awaitingPublicKey"; readonly answered: NlaAnswered }
  | { readonly at: "awaitingAuthorization" }
  | { readonly at: "finished" }
  | { readonly at: "failed"; readonly failure: NlaFailure };

/** One whole message (see nlaConnectMessageLength), lent. */
export type NlaConnectEvent = { readonly is: "message"; readonly bytes: Uint8Array };

export type NlaConnectEffect =
  | { readonly do: "send"; readonly bytes: Uint8Array }
  /** The server has the credentials, and with earlyUserAuthorization has also let the user in. */
  | { readonly do: "authenticated" }
  | { readonly do: "fail"; readonly failure: NlaFailure };

export interface NlaConnectStep {
  readonly state: NlaConnectState;
  readonly effects: readonly NlaConnectEffect[];
}
