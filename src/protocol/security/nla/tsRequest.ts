import type { ValueOf } from "#base/bytes/codec.ts";
import {
  derElementLength,
  derInteger,
  derInteger32,
  derMember,
  derOctets,
  derOptionalMember,
  derSequence,
  derSequenceOf,
} from "#base/bytes/der.ts";
import { secret } from "#base/bytes/secret.ts";
import { limits } from "#base/limits.ts";

/** One token of SPNEGO or NTLM. */
export const negoToken = derSequence("NegoToken", "MS-CSSP 2.2.1.1", { token: secret(derMember(0, derOctets)) });

/**
 * The one message of CredSSP: TSRequest. `errorCode` is an NTSTATUS, unsigned here and a signed INTEGER of 4 bytes on
 * the wire (clients refuse a positive one of five); versions 3, 4 and 6 have it. `clientNonce`: 32 bytes, from 5 on.
 */
export const tsRequest = derSequence("TsRequest", "MS-CSSP 2.2.1", {
  version: derMember(0, derInteger),
  negoTokens: derOptionalMember(1, derSequenceOf(negoToken, { atMost: limits.credSspTokens })),
  authInfo: secret(derOptionalMember(2, derOctets)),
  pubKeyAuth: secret(derOptionalMember(3, derOctets)),
  errorCode: derOptionalMember(4, derInteger32),
  clientNonce: secret(derOptionalMember(5, derOctets)),
});
export type TsRequest = ValueOf<typeof tsRequest>;

/** How many bytes the TSRequest at the start of a stream has; undefined while too few have come to say. DecodeError. */
export function tsRequestLength(prefix: Uint8Array): number | undefined {
  return derElementLength(prefix, { tag: 0x30, atMost: limits.credSspMessageBytes });
}

/** Whether a peer of that version reads TSRequest.errorCode: version 5 lost it, and 6 has it again. MS-CSSP 2.2.1. */
export function knowsErrorCode(version: number): boolean {
  return 3 <= version && version !== 5;
}

/** Whether both sides prove the TLS key by a hash with a nonce instead of the key itself. MS-CSSP 2.2.1. */
export function bindsByHash(version: number): boolean {
  return 5 <= version;
}
