import { sizedBytes } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { secret } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** The client's random on its way, behind a security header ("exchange"): TS_SECURITY_PACKET. Lent when read. */
export const securityExchange = struct("SecurityExchange", "MS-RDPBCGR 2.2.1.10.1", {
  /** With its 8 zeros: see `rsa.ts`. */
  encryptedClientRandom: secret(sizedBytes(u32le, { atMost: limits.encryptedRandomBytes })),
});
