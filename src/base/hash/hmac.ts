import { md5 } from "./md5.ts";

/** A hash with a block of 64 bytes: md5, sha1, sha256. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** HMAC by `hash` under `key` of the parts one after another; as long as the hash, given. RFC 2104. */
export function hmac(hash: Hash, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const short = key.length <= blockSize ? key : hash(key);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const inner = new Uint8Array(blockSize + length).fill(0x36, 0, blockSize);
  for (let index = 0; index < short.length; index++) inner[index]! ^= short[index]!;
  let offset = blockSize;
  for (const part of parts) {
    inner.set(part, offset);
    offset += part.length;
  }
  const digest = hash(inner);
  const outer = new Uint8Array(blockSize + digest.length).fill(0x5c, 0, blockSize);
  for (let index = 0; index < short.length; index++) outer[index]! ^= short[index]!;
  outer.set(digest, blockSize);
  return hash(outer);
}

/** As hmac() by MD5: 16 bytes. */
export function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmac(md5, key, ...parts);
}

const blockSize = 64;
