import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** SECRET: an RSA key with the public exponent 65537; numbers are little-endian, both as long as the modulus. */
export interface RsaKey {
  readonly modulus: Uint8Array;
  /** The private one. */
  readonly exponent: Uint8Array;
}

/** Makes a key of so many bits, in another thread: 2048 take about 0.1 s. */
export async function makeRsaKey(bits: 512 | 2048): Promise<RsaKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: bits, publicExponent: 65537 });
  const { n, d } = privateKey.export({ format: "jwk" });
  if (n === undefined || d === undefined) throw new Error("an RSA key without its numbers");
  return { modulus: littleEndian(n, bits / 8), exponent: littleEndian(d, bits / 8) };
}

function littleEndian(base64: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  bytes.set(Buffer.from(base64, "base64url").toReversed());
  return bytes;
}
