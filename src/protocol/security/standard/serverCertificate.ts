import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { constant } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { handwritten } from "#base/bytes/struct.ts";
import { Writer } from "#base/bytes/writer.ts";
import { md5 } from "#base/hash/md5.ts";
import { limits } from "#base/limits.ts";
import { powerModulo, type RsaPublicKey } from "./rsa.ts";
import { signingExponent, signingModulus, verifyingExponent } from "./signingKey.ts";

/** RSA_PUBLIC_KEY: magic, lengths, exponent, modulus and 8 zeros. */
export const rsaPublicKey = handwritten<"RsaPublicKey", RsaPublicKey>("RsaPublicKey", "MS-RDPBCGR 2.2.1.4.3.1.1.1", {
  size: (key) => 20 + key.modulus.length + PADDING_BYTES,
  write: (writer, key) => {
    const { length } = key.modulus;
    writer.u32le(MAGIC);
    writer.u32le(length + PADDING_BYTES);
    writer.u32le(length * 8);
    writer.u32le(length - 1);
    writer.u32le(key.exponent);
    writer.put(key.modulus);
    writer.zeros(PADDING_BYTES);
  },
  read: (reader) => {
    keyMagic.read(reader);
    const at = reader.offset;
    const keyBytes = reader.u32le();
    if (!(16 + PADDING_BYTES <= keyBytes && keyBytes <= limits.encryptedRandomBytes)) {
      const expected = `a key of ${16 + PADDING_BYTES} to ${limits.encryptedRandomBytes} bytes`;
      throw new DecodeError({ is: "wrongValue", expected, got: keyBytes }, at);
    }
    reader.take(8);
    const exponent = reader.u32le();
    const modulus = reader.take(keyBytes - PADDING_BYTES);
    reader.take(PADDING_BYTES);
    if (modulus.every((byte) => byte === 0))
      throw new DecodeError({ is: "wrongValue", expected: "a modulus", got: 0 }, at + 16);
    return { exponent, modulus };
  },
});

export type ServerCertificate =
  | {
      readonly is: "proprietary";
      readonly publicKey: RsaPublicKey;
      /** 64 bytes, little-endian. */
      readonly signature: Uint8Array;
    }
  /** X.509 certificates in DER, from the root to the server's. */
  | { readonly is: "chain"; readonly certificates: readonly Uint8Array[] };

/** SERVER_CERTIFICATE, as in the server's security block. Byte runs are lent when read. */
export const serverCertificate = handwritten<"ServerCertificate", ServerCertificate>(
  "ServerCertificate",
  "MS-RDPBCGR 2.2.1.4.3.1",
  {
    size: (value) =>
      value.is === "proprietary"
        ? SIGNED_START_BYTES + rsaPublicKey.size(value.publicKey) + 4 + value.signature.length + PADDING_BYTES
        : 8 +
          value.certificates.reduce((sum, each) => sum + 4 + each.length, 0) +
          chainPadding(value.certificates.length),
    write: (writer, value) =>
      value.is === "proprietary" ? writeProprietary(writer, value) : writeChain(writer, value),
    read: (reader) => {
      const at = reader.offset;
      // The highest bit says that the certificate is temporary.
      const version = reader.u32le() & 0x7fffffff;
      if (version === 1) return readProprietary(reader);
      if (version === 2) return readChain(reader);
      throw new DecodeError({ is: "wrongValue", expected: "version 1 or 2", got: version }, at);
    },
  },
);

/**
 * A proprietary certificate for `publicKey`. Its signature proves nothing (the key is published), but clients look at
 * it.
 */
export function signedCertificate(publicKey: RsaPublicKey): ServerCertificate {
  return {
    is: "proprietary",
    publicKey,
    signature: powerModulo(paddedHash(publicKey), signingExponent, signingModulus),
  };
}

/** Whether the signature is what `signedCertificate` makes. MS-RDPBCGR 5.3.3.1.3. */
export function isWellSigned(publicKey: RsaPublicKey, signature: Uint8Array): boolean {
  return equalBytes(powerModulo(signature, verifyingExponent, signingModulus), paddedHash(publicKey));
}

function writeProprietary(writer: Writer, value: ServerCertificate & { is: "proprietary" }): void {
  writeSignedStart(writer, value.publicKey);
  rsaPublicKey.write(writer, value.publicKey);
  writer.u16le(SIGNATURE_BLOB);
  writer.u16le(value.signature.length + PADDING_BYTES);
  writer.put(value.signature);
  writer.zeros(PADDING_BYTES);
}

function readProprietary(reader: Reader): ServerCertificate {
  algorithm.read(reader);
  algorithm.read(reader);
  reader.take(2);
  const key = reader.within(reader.u16le());
  const publicKey = rsaPublicKey.read(key);
  reader.take(2);
  const at = reader.offset;
  const count = reader.u16le();
  if (count !== 64 + PADDING_BYTES)
    throw new DecodeError({ is: "wrongValue", expected: `a signature of ${64 + PADDING_BYTES} bytes`, got: count }, at);
  const signature = reader.take(64);
  reader.take(PADDING_BYTES);
  return { is: "proprietary", publicKey, signature };
}

function writeChain(writer: Writer, value: ServerCertificate & { is: "chain" }): void {
  writer.u32le(2);
  writer.u32le(value.certificates.length);
  for (const each of value.certificates) {
    writer.u32le(each.length);
    writer.put(each);
  }
  writer.zeros(chainPadding(value.certificates.length));
}

function readChain(reader: Reader): ServerCertificate {
  const at = reader.offset;
  const count = reader.u32le();
  if (!(2 <= count && count <= CHAIN_MAX))
    throw new DecodeError({ is: "wrongValue", expected: `2 to ${CHAIN_MAX} certificates`, got: count }, at);
  const certificates: Uint8Array[] = [];
  for (let index = 0; index < count; index++)
    certificates.push(named(`[${index}]`, undefined, () => reader.take(reader.u32le())));
  reader.take(chainPadding(count));
  return { is: "chain", certificates };
}

/** MS-RDPBCGR 5.3.3.2: 8 + 4 for each certificate. */
function chainPadding(count: number): number {
  return 8 + 4 * count;
}

/** The first five of the six fields that are signed; the key is the sixth. */
function writeSignedStart(writer: Writer, publicKey: RsaPublicKey): void {
  writer.u32le(1);
  writer.u32le(1);
  writer.u32le(1);
  writer.u16le(KEY_BLOB);
  writer.u16le(rsaPublicKey.size(publicKey));
}

/** MD5 of the signed fields, filled up to 63 bytes; a zero above. MS-RDPBCGR 5.3.3.1.2. */
function paddedHash(publicKey: RsaPublicKey): Uint8Array {
  const signed = new Writer(new Uint8Array(SIGNED_START_BYTES + rsaPublicKey.size(publicKey)));
  writeSignedStart(signed, publicKey);
  rsaPublicKey.write(signed, publicKey);
  const padded = new Uint8Array(64).fill(0xff, 0, 62);
  padded.set(md5(signed.bytes));
  padded[16] = 0;
  padded[62] = 1;
  return padded;
}

const PADDING_BYTES = 8;
const SIGNED_START_BYTES = 16;
const KEY_BLOB = 6;
const SIGNATURE_BLOB = 8;
const CHAIN_MAX = 200;
/** "RSA1". */
const MAGIC = 0x31415352;
const keyMagic = constant(u32le, MAGIC);
/** RSA, for signing and for the exchange of keys. */
const algorithm = constant(u32le, 1);
