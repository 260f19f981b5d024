import { hmacMd5 } from "#base/hash/hmac.ts";

/**
 * The client's proof that it holds the cookie (MS-RDPBCGR 5.5): HMAC-MD5, keyed by the cookie's random bits, over the
 * client random; under TLS there is none, and 32 zero bytes stand for it. 16 bytes.
 */
export function autoReconnectVerifier(
  randomBits: Uint8Array,
  clientRandom: Uint8Array = new Uint8Array(32),
): Uint8Array {
  return hmacMd5(randomBits, clientRandom);
}

/** Whether the client's verifier proves this cookie; takes the same time whatever the difference is. */
export function isVerifierOf(
  verifier: Uint8Array,
  randomBits: Uint8Array,
  clientRandom: Uint8Array = new Uint8Array(32),
): boolean {
  const expected = autoReconnectVerifier(randomBits, clientRandom);
  if (verifier.length !== expected.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) difference |= (verifier[index] ?? 0) ^ (expected[index] ?? 0);
  return difference === 0;
}
