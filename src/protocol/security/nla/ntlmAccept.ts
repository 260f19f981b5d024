import { decode, decodeStart, encode } from "#base/bytes/codec.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { utf16Bytes, utf16Text } from "#base/bytes/text.ts";
import type { NtlmClaim } from "#base/hash/ntlmV2.ts";
import { Rc4 } from "#base/hash/rc4.ts";
import { avFlags, avPairs, avValue, textPair, timestampPair } from "./avPairs.ts";
import type { NlaFailure } from "./nlaFailure.ts";
import {
  type AuthenticateMessage,
  authenticateMessage,
  challengeMessage,
  type NegotiateFlag,
  negotiateMessage,
  ntlmV2ClientChallenge,
  ntlmV2Response,
} from "./ntlmMessages.ts";
import {
  messageIntegrityCode,
  missingFlags,
  type NtlmSession,
  type NtlmTranscript,
  openSession,
} from "./ntlmSession.ts";

/** What the server's CHALLENGE_MESSAGE says. */
export interface NtlmServer {
  /** The NetBIOS names; capitals by custom. */
  readonly computerName: string;
  readonly domainName: string;
  readonly dnsComputerName: string;
  readonly dnsDomainName: string;
  /** 8 random bytes, never used before. */
  readonly serverChallenge: Uint8Array;
  /** In 100 ns since 1601. */
  readonly timestamp: bigint;
}

/** The server's answer to a NEGOTIATE_MESSAGE, as bytes. DecodeError. MS-NLMP 3.2.5.1.1. */
export function challenge(negotiate: Uint8Array, server: NtlmServer): Uint8Array | NlaFailure {
  const offered = decode(negotiateMessage, negotiate).flags;
  const missing = missingFlags(offered);
  if (0 < missing.length) return { is: "sessionSecurityTooWeak", missing };
  return encode(challengeMessage, {
    targetName: utf16Bytes(server.computerName),
    flags: [...mirroredFlags.filter((flag) => offered.includes(flag)), "targetTypeServer", "targetInfo", "version"],
    serverChallenge: server.serverChallenge,
    targetInfo: encode(avPairs, [
      textPair("domainName", server.domainName),
      textPair("computerName", server.computerName),
      textPair("dnsDomainName", server.dnsDomainName),
      textPair("dnsComputerName", server.dnsComputerName),
      timestampPair(server.timestamp),
    ]),
    version: { major: 10, minor: 0, build: 0, revision: 15 },
  });
}

/** An AUTHENTICATE_MESSAGE that says nothing forbidden, and is yet to be proved. */
export interface UnprovedAuthenticate {
  readonly is: "unproved";
  readonly claim: NtlmClaim;
  readonly message: AuthenticateMessage;
  /** The client has promised a MIC under the protection of its proof. */
  readonly integrityCode: boolean;
}

/**
 * Reads an AUTHENTICATE_MESSAGE. `bindings`: every value of channelBindings() that fits our certificate; a client that
 * says nothing about its channel passes. DecodeError. MS-NLMP 3.2.5.1.2.
 */
export function readAuthenticate(
  authenticate: Uint8Array,
  expected: { readonly serverChallenge: Uint8Array; readonly bindings: readonly Uint8Array[] },
): UnprovedAuthenticate | NlaFailure {
  const message = decode(authenticateMessage, authenticate);
  const missing = missingFlags(message.flags);
  if (0 < missing.length) return { is: "sessionSecurityTooWeak", missing };
  const user = utf16Text(message.user);
  if (user === "" || message.ntResponse.length === 0) return { is: "anonymous" };
  if (message.ntResponse.length <= ntlmV1ResponseBytes) return { is: "ntlmV1" };
  const { proof, clientChallenge } = decode(ntlmV2Response, message.ntResponse);
  const attributes = decode(ntlmV2ClientChallenge, clientChallenge).avPairs;
  const bound = avValue(attributes, "channelBindings");
  const says = bound !== undefined && bound.some((byte) => byte !== 0);
  if (says && !expected.bindings.some((binding) => equalBytes(binding, bound))) return { is: "channelBindingsDiffer" };
  const set = avValue(attributes, "flags");
  return {
    is: "unproved",
    message,
    integrityCode: set !== undefined && decodeStart(avFlags, set).includes("integrityCode"),
    claim: {
      user,
      domain: utf16Text(message.domain),
      serverChallenge: expected.serverChallenge,
      ntProof: proof,
      temp: clientChallenge,
    },
  };
}

/** The session that follows once the proof was found right. MS-NLMP 3.2.5.1.2. */
export function acceptAuthenticate(
  unproved: UnprovedAuthenticate,
  sessionBaseKey: Uint8Array,
  transcript: NtlmTranscript,
): NtlmSession | NlaFailure {
  const { message } = unproved;
  const keyExchange = message.flags.includes("keyExchange");
  if (keyExchange && message.encryptedSessionKey.length !== sessionKeyBytes) return { is: "integrityLost", of: "ntlm" };
  const key = keyExchange ? new Rc4(sessionBaseKey).apply(message.encryptedSessionKey) : sessionBaseKey;
  if (unproved.integrityCode) {
    const right = message.mic !== undefined && equalBytes(messageIntegrityCode(key, transcript), message.mic);
    if (!right) return { is: "integrityLost", of: "ntlm" };
  }
  return openSession(key, { side: "server", keyExchange });
}

const mirroredFlags: readonly NegotiateFlag[] = [
  "unicode",
  "requestTarget",
  "sign",
  "seal",
  "ntlm",
  "alwaysSign",
  "extendedSessionSecurity",
  "encrypt128",
  "keyExchange",
  "encrypt56",
];
const ntlmV1ResponseBytes = 24;
const sessionKeyBytes = 16;
