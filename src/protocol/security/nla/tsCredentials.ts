import { decode, encode, type ValueOf } from "#base/bytes/codec.ts";
import { code, mapped } from "#base/bytes/fields.ts";
import { derInteger, derMember, derOctets, derSequence } from "#base/bytes/der.ts";
import { utf16Bytes, utf16Text } from "#base/bytes/text.ts";

const utf16Octets = mapped(derOctets, { decode: utf16Text, encode: utf16Bytes });

/** A name and a password, delegated: TSPasswordCreds. All three are empty in restricted-admin mode. */
export const tsPasswordCredentials = derSequence("TsPasswordCredentials", "MS-CSSP 2.2.1.2.1", {
  domain: derMember(0, utf16Octets),
  user: derMember(1, utf16Octets),
  password: derMember(2, utf16Octets),
});
export type TsPasswordCredentials = ValueOf<typeof tsPasswordCredentials>;

/** What the client delegates, sealed in TSRequest.authInfo: TSCredentials. */
export const tsCredentials = derSequence("TsCredentials", "MS-CSSP 2.2.1.2", {
  type: derMember(0, code(derInteger, { password: 1, smartCard: 2, remoteGuard: 6 })),
  credentials: derMember(1, derOctets),
});
export type TsCredentials = ValueOf<typeof tsCredentials>;

/** Delegated credentials that no password can be taken from. */
export type UnusableCredentials = "smartCard" | "remoteGuard" | "restrictedAdmin" | { readonly unknown: number };

/** The bytes of password credentials as authInfo carries them, before sealing. */
export function encodePasswordCredentials(credentials: TsPasswordCredentials): Uint8Array {
  return encode(tsCredentials, { type: "password", credentials: encode(tsPasswordCredentials, credentials) });
}

/** DecodeError for malformed ones. */
export function decodeCredentials(
  bytes: Uint8Array,
):
  | ({ readonly is: "password" } & TsPasswordCredentials)
  | { readonly is: "unusable"; readonly kind: UnusableCredentials } {
  const { type, credentials } = decode(tsCredentials, bytes);
  if (type !== "password") return { is: "unusable", kind: type };
  const { user, domain, password } = decode(tsPasswordCredentials, credentials);
  if (user === "" && password === "") return { is: "unusable", kind: "restrictedAdmin" };
  return { is: "password", user, domain, password };
}
