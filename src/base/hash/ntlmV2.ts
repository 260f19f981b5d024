import { equalBytes } from "../bytes/equalBytes.ts";
import { utf16Bytes } from "../bytes/text.ts";
import { hmacMd5 } from "./hmac.ts";
import { md4 } from "./md4.ts";

/** A client's claim to know a user's password, with nothing secret in it. */
export interface NtlmClaim {
  /** As the client wrote it; may be "user@domain". */
  readonly user: string;
  /** As the client wrote it; may be empty. */
  readonly domain: string;
  /** 8 bytes. */
  readonly serverChallenge: Uint8Array;
  /** NTProofStr, 16 bytes. */
  readonly ntProof: Uint8Array;
  /** What the proof covers besides: the bytes of NTLMv2_CLIENT_CHALLENGE. */
  readonly temp: Uint8Array;
}

/** Of a claim under the right password the session base key, 16 bytes; undefined under another one. MS-NLMP 3.3.2. */
export function verifyNtlmV2(claim: NtlmClaim & { readonly ntHash: Uint8Array }): Uint8Array | undefined {
  const key = ntlmV2Key(claim.ntHash, claim);
  return equalBytes(ntProof(key, claim), claim.ntProof) ? sessionBaseKey(key, claim.ntProof) : undefined;
}

/** What NTLM keeps of a password: MD4 of its UTF-16LE, 16 bytes. It is as good as the password: keep it as secret. */
export function ntHash(password: string): Uint8Array {
  return md4(utf16Bytes(password));
}

/** NTOWFv2, 16 bytes. The user's name counts without case, the domain's with. MS-NLMP 3.3.2. */
export function ntlmV2Key(hash: Uint8Array, account: { readonly user: string; readonly domain: string }): Uint8Array {
  return hmacMd5(hash, utf16Bytes(upperCase(account.user)), utf16Bytes(account.domain));
}

/** NTProofStr, 16 bytes. MS-NLMP 3.3.2. */
export function ntProof(
  key: Uint8Array,
  challenge: { readonly serverChallenge: Uint8Array; readonly temp: Uint8Array },
): Uint8Array {
  return hmacMd5(key, challenge.serverChallenge, challenge.temp);
}

/** SessionBaseKey, 16 bytes. MS-NLMP 3.3.2. */
export function sessionBaseKey(key: Uint8Array, proof: Uint8Array): Uint8Array {
  return hmacMd5(key, proof);
}

/** Letter by letter, as Windows does: a letter whose upper case is longer (ß) stays. */
function upperCase(text: string): string {
  return Array.from(text, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length === letter.length ? upper : letter;
  }).join("");
}
