import { bytes, constant, flags, ignored, padding, rest } from "#base/bytes/fields.ts";
import { u16le, u32le, u64le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { ValueOf } from "#base/bytes/codec.ts";
import { avPairs } from "./avPairs.ts";
import { beforePayload, payload, payloadMessage } from "./payloadMessage.ts";

/** What the two sides of NTLM can do and want: NegotiateFlags, MS-NLMP 2.2.2.5. */
export const negotiateFlags = flags(u32le, {
  unicode: 0x0000_0001,
  oem: 0x0000_0002,
  requestTarget: 0x0000_0004,
  sign: 0x0000_0010,
  seal: 0x0000_0020,
  datagram: 0x0000_0040,
  lanManagerKey: 0x0000_0080,
  ntlm: 0x0000_0200,
  anonymous: 0x0000_0800,
  domainSupplied: 0x0000_1000,
  workstationSupplied: 0x0000_2000,
  alwaysSign: 0x0000_8000,
  targetTypeDomain: 0x0001_0000,
  targetTypeServer: 0x0002_0000,
  extendedSessionSecurity: 0x0008_0000,
  identify: 0x0010_0000,
  requestNonNtSessionKey: 0x0040_0000,
  targetInfo: 0x0080_0000,
  version: 0x0200_0000,
  encrypt128: 0x2000_0000,
  keyExchange: 0x4000_0000,
  encrypt56: 0x8000_0000,
});
export type NegotiateFlags = ValueOf<typeof negotiateFlags>;
export type NegotiateFlag = NegotiateFlags[number];

/** The operating system's version, for people to read: VERSION. Eight bytes. */
export const ntlmVersion = struct("NtlmVersion", "MS-NLMP 2.2.2.10", {
  major: u8,
  minor: u8,
  build: u16le,
  reserved: padding(3),
  revision: u8,
});
export type NtlmVersion = ValueOf<typeof ntlmVersion>;

/** "NTLMSSP\0" and the number of the message. */
const signature = { signatureLow: constant(u32le, 0x4d4c_544e), signatureHigh: constant(u32le, 0x0050_5353) };
const version = beforePayload({ ...ntlmVersion, size: () => 8 });

/** The client's first message: NEGOTIATE_MESSAGE. The names are in an OEM code page, and empty with current clients. */
export const negotiateMessage = payloadMessage(
  "NtlmNegotiateMessage",
  "MS-NLMP 2.2.1.1",
  { ...signature, type: constant(u32le, 1), flags: negotiateFlags, domain: payload, workstation: payload, version },
  ["domain", "workstation"],
  { emptyAtZero: true },
);
export type NegotiateMessage = ValueOf<typeof negotiateMessage>;

/** The server's answer: CHALLENGE_MESSAGE. `targetInfo` is an AvPairs. */
export const challengeMessage = payloadMessage(
  "NtlmChallengeMessage",
  "MS-NLMP 2.2.1.2",
  {
    ...signature,
    type: constant(u32le, 2),
    targetName: payload,
    flags: negotiateFlags,
    serverChallenge: bytes(8),
    reserved: padding(8),
    targetInfo: payload,
    version,
  },
  ["targetName", "targetInfo"],
);
export type ChallengeMessage = ValueOf<typeof challengeMessage>;

/** The client's proof: AUTHENTICATE_MESSAGE. Names in UTF-16LE; `mic` is over all three messages, itself as zeros. */
export const authenticateMessage = payloadMessage(
  "NtlmAuthenticateMessage",
  "MS-NLMP 2.2.1.3",
  {
    ...signature,
    type: constant(u32le, 3),
    lmResponse: payload,
    ntResponse: payload,
    domain: payload,
    user: payload,
    workstation: payload,
    encryptedSessionKey: payload,
    flags: negotiateFlags,
    version,
    mic: beforePayload({ ...bytes(16), size: () => 16 }),
  },
  ["domain", "user", "workstation", "lmResponse", "ntResponse", "encryptedSessionKey"],
);
export type AuthenticateMessage = ValueOf<typeof authenticateMessage>;

/** Where the integrity code stands in an AUTHENTICATE_MESSAGE that has one: 16 bytes from here. */
export const micOffset = 72;

/** What the client adds to the server's challenge before it answers: NTLMv2_CLIENT_CHALLENGE, "temp" in formulas. */
export const ntlmV2ClientChallenge = struct("NtlmV2ClientChallenge", "MS-NLMP 2.2.2.7", {
  responseType: constant(u8, 1),
  responseTypeHigh: constant(u8, 1),
  reserved1: ignored(u16le),
  reserved2: ignored(u32le),
  /** In 100 ns since 1601. */
  timestamp: u64le,
  challenge: bytes(8),
  reserved3: ignored(u32le),
  avPairs,
  filler: rest,
});
export type NtlmV2ClientChallenge = ValueOf<typeof ntlmV2ClientChallenge>;

/** NTLMv2_RESPONSE: the proof, and the NtlmV2ClientChallenge that it covers as its bytes. */
export const ntlmV2Response = struct("NtlmV2Response", "MS-NLMP 2.2.2.8", { proof: bytes(16), clientChallenge: rest });
export type NtlmV2Response = ValueOf<typeof ntlmV2Response>;
