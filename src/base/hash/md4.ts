import md4Of from "js-md4";

/** MD4 of `bytes`: 16 bytes, given. RFC 1320. Broken as a hash; NTLM's password hash is defined by it. */
export function md4(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(md4Of.arrayBuffer(bytes));
}
