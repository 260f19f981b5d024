import { encode, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import {
  der,
  derMember,
  derObjectIdentifier,
  derOctets,
  derOptionalMember,
  derSequence,
  derSequenceOf,
} from "#base/bytes/der.ts";
import { code, rest } from "#base/bytes/fields.ts";
import { u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** Object identifiers of mechanisms, in dotted form. */
export const mechanisms = {
  ntlm: "1.3.6.1.4.1.311.2.2.10",
  kerberos: "1.2.840.113554.1.2.2",
  microsoftKerberos: "1.2.840.48018.1.2.2",
  negotiateExtended: "1.3.6.1.4.1.311.2.2.30",
  /** SPNEGO itself. */
  spnego: "1.3.6.1.5.5.2",
} as const;

/** The mechanisms that a client offers, its favourite first. */
export const mechanismList: Codec<readonly string[]> = derSequenceOf(derObjectIdentifier, {
  atMost: limits.spnegoMechanisms,
});

/** What the client offers: NegTokenInit. `mechToken` is the first message of the first mechanism, by way of trial. */
export const negTokenInit = derSequence("NegTokenInit", "RFC 4178 4.2.1", {
  mechanisms: derMember(0, mechanismList),
  requestFlags: derOptionalMember(1, der(0x03, rest)),
  mechToken: derOptionalMember(2, derOctets),
  mechListMic: derOptionalMember(3, derOctets),
});

export type NegTokenInit = ValueOf<typeof negTokenInit>;

const initialContext = struct("InitialContextToken", "RFC 2743 3.1", {
  mechanism: derObjectIdentifier,
  token: derMember(0, negTokenInit),
});

/** The client's first token, which says that it is one of SPNEGO. */
export const initialContextToken: typeof initialContext = { ...initialContext, ...der(0x60, initialContext) };

const negTokenResponseBody = derSequence("NegTokenResponse", "RFC 4178 4.2.2", {
  state: derOptionalMember(
    0,
    der(0x0a, code(u8, { acceptCompleted: 0, acceptIncomplete: 1, reject: 2, requestMic: 3 })),
  ),
  mechanism: derOptionalMember(1, derObjectIdentifier),
  responseToken: derOptionalMember(2, derOctets),
  mechListMic: derOptionalMember(3, derOctets),
});

/** Every later token, of both sides: NegTokenResp. */
export const negTokenResponse: typeof negTokenResponseBody = {
  ...negTokenResponseBody,
  ...derMember(1, negTokenResponseBody),
};
export type NegTokenResponse = ValueOf<typeof negTokenResponse>;

/** Which it is, by its first bytes: NTLM without a wrapping, or a token of SPNEGO. */
export function tokenKind(token: Uint8Array): "ntlm" | "initialContextToken" | "negTokenResponse" {
  if (token[0] === 0x4e) return "ntlm";
  if (token[0] === 0x60) return "initialContextToken";
  if (token[0] === 0xa1) return "negTokenResponse";
  throw new DecodeError({ is: "wrongValue", expected: "a token of NTLM or SPNEGO", got: token[0] ?? "nothing" }, 0);
}

/** What a mechListMIC signs: the offered mechanisms as the client's NegTokenInit had them. RFC 4178 section 5. */
export function mechListMicInput(offered: readonly string[]): Uint8Array {
  return encode(mechanismList, offered);
}
