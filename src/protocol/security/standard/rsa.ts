/** A public key of RSA as standard RDP security carries it; numbers are little-endian. */
export interface RsaPublicKey {
  readonly exponent: number;
  /** 64 to 512 bytes. */
  readonly modulus: Uint8Array;
}

/** SECRET: the private half. */
export interface RsaPrivateKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * What the client sends of its random (32 bytes): encrypted, without padding of PKCS 1, and 8 zeros. MS-RDPBCGR
 * 5.3.4.1.
 */
export function encryptClientRandom(clientRandom: Uint8Array, key: RsaPublicKey): Uint8Array {
  const encrypted = powerModulo(clientRandom, BigInt(key.exponent), key.modulus);
  const padded = new Uint8Array(key.modulus.length + PADDING_BYTES);
  padded.set(encrypted);
  return padded;
}

/**
 * The client's random of 32 bytes; undefined when what it encrypted was none. MS-RDPBCGR 5.3.4.2. Its time depends on
 * the key and the input: standard RDP security promises nothing against whoever can measure that.
 */
export function decryptClientRandom(encrypted: Uint8Array, key: RsaPrivateKey): Uint8Array | undefined {
  if (encrypted.length < key.modulus.length) return undefined;
  const plain = powerModulo(encrypted.subarray(0, key.modulus.length), toNumber(key.exponent), key.modulus);
  return plain.subarray(RANDOM_BYTES).every((byte) => byte === 0) ? plain.slice(0, RANDOM_BYTES) : undefined;
}

/** `base` to the power of `exponent`, modulo `modulus`; as many bytes as `modulus` has, little-endian. */
export function powerModulo(base: Uint8Array, exponent: bigint, modulus: Uint8Array): Uint8Array {
  const modulo = toNumber(modulus);
  if (modulo === 0n) throw new RangeError("a modulus of zero");
  let square = toNumber(base) % modulo;
  let result = 1n % modulo;
  for (let left = exponent; 0n < left; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulo;
    square = (square * square) % modulo;
  }
  return toBytes(result, modulus.length);
}

/** The number that little-endian `bytes` are. */
export function toNumber(bytes: Uint8Array): bigint {
  let digits = "0x0";
  for (let index = bytes.length - 1; 0 <= index; index--) digits += bytes[index]!.toString(16).padStart(2, "0");
  return BigInt(digits);
}

/** `value` in `count` bytes, little-endian. */
export function toBytes(value: bigint, count: number): Uint8Array {
  const digits = value.toString(16).padStart(count * 2, "0");
  return Uint8Array.from({ length: count }, (_, index) => {
    const at = (count - 1 - index) * 2;
    return Number.parseInt(digits.slice(at, at + 2), 16);
  });
}

const RANDOM_BYTES = 32;
const PADDING_BYTES = 8;
