import { concatBytes } from "#base/bytes/concatBytes.ts";
import { latin1Bytes } from "#base/bytes/text.ts";
import { md5 } from "#base/hash/md5.ts";
import { sha1 } from "#base/hash/sha1.ts";

/** The ciphers of RC4; FIPS (3DES) is not spoken. */
export type CipherStrength = "bits40" | "bits56" | "bits128";

/** SECRET: 8 bytes each for 40 and 56 bits, 16 for 128. */
export interface SessionKeys {
  readonly macKey: Uint8Array;
  readonly clientToServer: Uint8Array;
  readonly serverToClient: Uint8Array;
}

/** The first keys of a connection, from both sides' randoms of 32 bytes. MS-RDPBCGR 5.3.5.1. */
export function deriveSessionKeys(
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  strength: CipherStrength,
): SessionKeys {
  const { client, server } = randoms;
  if (client.length !== 32 || server.length !== 32) throw new RangeError("randoms have 32 bytes");
  const premasterSecret = concatBytes(client.subarray(0, 24), server.subarray(0, 24));
  const masterSecret = saltedHashes(premasterSecret, ["A", "BB", "CCC"], client, server);
  const blob = saltedHashes(masterSecret, ["X", "YY", "ZZZ"], client, server);
  const finalHash = (part: Uint8Array) => md5(concatBytes(part, client, server));
  return {
    macKey: shortened(blob.subarray(0, 16), strength),
    serverToClient: shortened(finalHash(blob.subarray(16, 32)), strength),
    clientToServer: shortened(finalHash(blob.subarray(32, 48)), strength),
  };
}

/** The key of `strength` that 16 bytes make: shorter ones begin with a salt that everybody knows. */
export function shortened(key: Uint8Array, strength: CipherStrength): Uint8Array {
  if (strength === "bits128") return key.slice(0, 16);
  const short = key.slice(0, 8);
  short.set(strength === "bits40" ? [0xd1, 0x26, 0x9e] : [0xd1]);
  return short;
}

/** Three times SaltedHash: MD5 over the secret and the SHA-1 of text, secret and randoms; 48 bytes. */
function saltedHashes(
  secret: Uint8Array,
  texts: readonly string[],
  client: Uint8Array,
  server: Uint8Array,
): Uint8Array {
  const hashes = texts.map((text) =>
    md5(concatBytes(secret, sha1(concatBytes(latin1Bytes(text), secret, client, server)))),
  );
  return concatBytes(...hashes);
}
