import { decode, encode, decodeStart } from "#base/bytes/codec.ts";
import { u64le } from "#base/bytes/numbers.ts";
import { utf16Bytes } from "#base/bytes/text.ts";
import { ntHash, ntlmV2Key, ntProof, sessionBaseKey } from "#base/hash/ntlmV2.ts";
import { Rc4 } from "#base/hash/rc4.ts";
import { type AvPair, avPairs, avValue, flagsPair, textPair } from "./avPairs.ts";
import { channelBindings } from "./channelBindings.ts";
import type { NlaFailure } from "./nlaFailure.ts";
import {
  authenticateMessage,
  challengeMessage,
  micOffset,
  type NegotiateFlag,
  negotiateMessage,
  ntlmV2ClientChallenge,
  ntlmV2Response,
} from "./ntlmMessages.ts";
import { messageIntegrityCode, missingFlags, type NtlmSession, openSession } from "./ntlmSession.ts";

/** Who signs in, to what, with which randomness. */
export interface NtlmClient {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  /** The client's own name; may be empty. */
  readonly workstation: string;
  /** The service principal name: "TERMSRV/host". */
  readonly targetName: string;
  /** Hash of the server's certificate (RFC 5929); undefined to say nothing about the channel. */
  readonly certificateHash: Uint8Array | undefined;
  /** 8 random bytes. */
  readonly clientChallenge: Uint8Array;
  /** 16 random bytes. */
  readonly exportedSessionKey: Uint8Array;
  /** In 100 ns since 1601; for servers that do not tell theirs. */
  readonly timestamp: bigint;
}

/** The client's NEGOTIATE_MESSAGE as bytes. MS-NLMP 3.1.5.1.1. */
export function negotiate(): Uint8Array {
  const empty = new Uint8Array(0);
  return encode(negotiateMessage, { flags: clientFlags, domain: empty, workstation: empty, version });
}

/** The answer to a CHALLENGE_MESSAGE, as bytes, and the session behind it. DecodeError. MS-NLMP 3.1.5.1.2. */
export function authenticate(
  client: NtlmClient,
  messages: { readonly negotiate: Uint8Array; readonly challenge: Uint8Array },
): { readonly is: "authenticate"; readonly bytes: Uint8Array; readonly session: NtlmSession } | NlaFailure {
  const server = decode(challengeMessage, messages.challenge);
  const missing = missingFlags(server.flags);
  if (0 < missing.length) return { is: "sessionSecurityTooWeak", missing };
  const { serverChallenge } = server;
  const serverPairs = server.targetInfo.length === 0 ? [] : decodeStart(avPairs, server.targetInfo);
  const serverTime = avValue(serverPairs, "timestamp");
  const temp = encode(ntlmV2ClientChallenge, {
    timestamp: serverTime === undefined ? client.timestamp : decodeStart(u64le, serverTime),
    challenge: client.clientChallenge,
    avPairs: [...serverPairs.filter((pair) => pair.id !== "flags"), ...clientPairs(client)],
    filler: new Uint8Array(4),
  });
  const key = ntlmV2Key(ntHash(client.password), client);
  const proof = ntProof(key, { serverChallenge, temp });
  const base = sessionBaseKey(key, proof);
  const keyExchange = server.flags.includes("keyExchange");
  const exportedKey = keyExchange ? client.exportedSessionKey : base;
  const bytes = encode(authenticateMessage, {
    lmResponse: serverTime === undefined ? lmV2Response(key, client, serverChallenge) : new Uint8Array(24),
    ntResponse: encode(ntlmV2Response, { proof, clientChallenge: temp }),
    domain: utf16Bytes(client.domain),
    user: utf16Bytes(client.user),
    workstation: utf16Bytes(client.workstation),
    encryptedSessionKey: keyExchange ? new Rc4(base).apply(client.exportedSessionKey) : new Uint8Array(0),
    flags: clientFlags.filter((flag) => flag === "version" || server.flags.includes(flag)),
    version,
    mic: new Uint8Array(16),
  });
  bytes.set(messageIntegrityCode(exportedKey, { ...messages, authenticate: bytes }), micOffset);
  return { is: "authenticate", bytes, session: openSession(exportedKey, { side: "client", keyExchange }) };
}

function clientPairs(client: NtlmClient): readonly AvPair[] {
  const { certificateHash } = client;
  const value = certificateHash === undefined ? new Uint8Array(16) : channelBindings(certificateHash);
  return [flagsPair(["integrityCode"]), { id: "channelBindings", value }, textPair("targetName", client.targetName)];
}

/** LMv2, for servers that tell no time. MS-NLMP 3.3.2. */
function lmV2Response(key: Uint8Array, client: NtlmClient, serverChallenge: Uint8Array): Uint8Array {
  const { clientChallenge } = client;
  const proof = ntProof(key, { serverChallenge, temp: clientChallenge });
  return encode(ntlmV2Response, { proof, clientChallenge });
}

const version = { major: 10, minor: 0, build: 0, revision: 15 };
const clientFlags: readonly NegotiateFlag[] = [
  "unicode",
  "requestTarget",
  "sign",
  "seal",
  "ntlm",
  "alwaysSign",
  "extendedSessionSecurity",
  "targetInfo",
  "version",
  "encrypt128",
  "keyExchange",
  "encrypt56",
];
