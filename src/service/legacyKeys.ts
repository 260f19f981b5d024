import type { ConnectionStart } from "#contracts/service.ts";
import { makeRsaKey, type RsaKey } from "#system/certificate/rsaKey.ts";

/**
 * The RSA keys of standard RDP security, made anew at every start, since no client remembers them: 2048 bits, as
 * Windows has since Vista, for clients that say they take more than 512 (MS-RDPBCGR 2.2.1.3.2), else 512.
 */
export async function makeLegacyKeys(): Promise<NonNullable<ConnectionStart["legacyKeys"]>> {
  const [usual, strong] = await Promise.all([makeRsaKey(512), makeRsaKey(2048)]);
  return { usual: inHex(usual), strong: inHex(strong) };
}

function inHex({ modulus, exponent }: RsaKey) {
  return { modulus: Buffer.from(modulus).toString("hex"), exponent: Buffer.from(exponent).toString("hex") };
}
