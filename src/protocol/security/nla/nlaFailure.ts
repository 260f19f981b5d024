import type { DecodeError } from "#base/bytes/decodeError.ts";
import type { NegotiateFlag } from "./ntlmMessages.ts";
import type { NtStatus } from "./ntStatus.ts";
import type { UnusableCredentials } from "./tsCredentials.ts";

/** Why a sign-in by Network Level Authentication ended, on either side. */
export type NlaFailure =
  | { readonly is: "malformed"; readonly error: DecodeError }
  /** A message or event that has no place at this point. */
  | { readonly is: "unexpected"; readonly at: string; readonly got: string }
  | { readonly is: "versionTooOld"; readonly version: number; readonly versionMin: number }
  /** `offered`: object identifiers. */
  | { readonly is: "ntlmNotOffered"; readonly offered: readonly string[] }
  | { readonly is: "sessionSecurityTooWeak"; readonly missing: readonly NegotiateFlag[] }
  | { readonly is: "ntlmV1" }
  | { readonly is: "anonymous" }
  /** The client's TLS channel ends at another certificate: somebody is in between. */
  | { readonly is: "channelBindingsDiffer" }
  | { readonly is: "publicKeyDiffers" }
  /** Changed on the way, or under another key. */
  | { readonly is: "integrityLost"; readonly of: "ntlm" | "mechanisms" | "publicKey" | "credentials" }
  | { readonly is: "refused"; readonly reason: NtlmRefusal; readonly user: string; readonly domain: string }
  | { readonly is: "credentialsUnusable"; readonly kind: UnusableCredentials; readonly user: string }
  | { readonly is: "credentialsOfAnother"; readonly user: string; readonly delegatedUser: string }
  /** The other side ended it with a status. */
  | { readonly is: "refusedByPeer"; readonly status: NtStatus | { readonly unknown: number } }
  /** SPNEGO's "reject", which says no more. */
  | { readonly is: "rejectedByPeer" }
  /** Signed in, and not allowed to use remote desktops here. */
  | { readonly is: "accessDenied" };

/** Why whoever keeps the hashes refuses a claim. The client cannot tell the first four apart. */
export type NtlmRefusal =
  | "unknownUser"
  | "wrongPassword"
  | "unknownOrWrong"
  | "notEnrolled"
  | "accountDisabled"
  | "accountExpired"
  | "accountLocked"
  | "accountRestricted"
  | "passwordExpired"
  | "passwordMustChange"
  | "outsideLogonHours"
  | "workstationNotAllowed"
  | "logonTypeNotGranted"
  | "accessDenied"
  | "authorityUnreachable";

/** What the server tells the client of it in TSRequest.errorCode; undefined: nothing. MS-CSSP 3.1.5. */
export function toldStatus(failure: NlaFailure): NtStatus | undefined {
  return failure.is === "refused" ? refusalStatus[failure.reason] : failureStatus[failure.is];
}

const refusalStatus: Readonly<Record<NtlmRefusal, NtStatus>> = {
  unknownUser: "logonFailure",
  wrongPassword: "logonFailure",
  unknownOrWrong: "logonFailure",
  notEnrolled: "logonFailure",
  accountDisabled: "accountDisabled",
  accountExpired: "accountExpired",
  accountLocked: "accountLockedOut",
  accountRestricted: "accountRestriction",
  passwordExpired: "passwordExpired",
  passwordMustChange: "passwordMustChange",
  outsideLogonHours: "invalidLogonHours",
  workstationNotAllowed: "invalidWorkstation",
  logonTypeNotGranted: "logonTypeNotGranted",
  accessDenied: "accessDenied",
  authorityUnreachable: "noLogonServers",
};

const failureStatus: Readonly<Record<Exclude<NlaFailure["is"], "refused">, NtStatus | undefined>> = {
  malformed: "securityInvalidToken",
  unexpected: "securityInvalidToken",
  versionTooOld: "notSupported",
  ntlmNotOffered: "notSupported",
  sessionSecurityTooWeak: "notSupported",
  ntlmV1: "ntlmBlocked",
  anonymous: "logonFailure",
  channelBindingsDiffer: "badBindings",
  publicKeyDiffers: "securityMessageAltered",
  integrityLost: "securityMessageAltered",
  credentialsUnusable: "notSupported",
  credentialsOfAnother: "logonFailure",
  refusedByPeer: undefined,
  rejectedByPeer: undefined,
  accessDenied: "accessDenied",
};
