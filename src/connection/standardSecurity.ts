import type { ConnectionStart } from "#contracts/service.ts";
import type { AcceptSettings } from "#protocol/sequences/accept/acceptState.ts";
import type { RsaPrivateKey } from "#protocol/security/standard/rsa.ts";
import type { RandomBytes } from "#system/randomBytes.ts";

/**
 * What a new connection brings to standard RDP security: the host's keys and a random of its own. Empty: not allowed.
 */
export function standardSecurityOf({
  start,
  random,
}: {
  readonly start: ConnectionStart;
  readonly random: RandomBytes;
}): Pick<AcceptSettings, "standardSecurity"> {
  if (start.legacyKeys === undefined) return {};
  const { usual, strong } = start.legacyKeys;
  return {
    standardSecurity: {
      keys: { usual: privateKey(usual), strong: privateKey(strong) },
      serverRandom: random(serverRandomBytes),
    },
  };
}

function privateKey({ modulus, exponent }: { readonly modulus: string; readonly exponent: string }): RsaPrivateKey {
  return { modulus: Buffer.from(modulus, "hex"), exponent: Buffer.from(exponent, "hex") };
}

const serverRandomBytes = 32;
