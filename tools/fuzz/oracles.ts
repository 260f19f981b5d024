import { clearCodecOracle } from "#codecs/clearcodec/oracle.ts";
import { interleavedOracle } from "#codecs/interleaved/oracle.ts";
import { mppcOracle } from "#codecs/mppc/oracle.ts";
import { nscodecOracle } from "#codecs/nscodec/oracle.ts";
import { decodedOrRefused, type Oracle } from "#codecs/oracle.ts";
import { planarOracle } from "#codecs/planar/oracle.ts";
import { progressiveOracle } from "#codecs/progressive/oracle.ts";
import { remoteFxOracle } from "#codecs/remotefx/oracle.ts";
import { zgfxOracle } from "#codecs/zgfx/oracle.ts";
import { channelOracles } from "#protocol/channels/channelOracles.ts";
import { handshakeOracles } from "#protocol/framing/handshakeOracles.ts";
import { nlaOracles } from "#protocol/security/nla/nlaOracles.ts";
import { shareOracles } from "#protocol/share/fuzzOracles.ts";
import { seedsFor } from "./seeds.ts";

/** All that takes bytes from the network, and must decode or refuse whatever comes. */
export const oracles: readonly Oracle[] = [
  clearCodecOracle,
  interleavedOracle,
  mppcOracle,
  nscodecOracle,
  planarOracle,
  progressiveOracle,
  remoteFxOracle,
  zgfxOracle,
  ...named(channelOracles),
  ...named(handshakeOracles),
  ...named(nlaOracles),
  ...named(shareOracles),
];

/**
 * Reads past the end of a counted text, as a careless decoder would: an attack that does not find that is worth
 * nothing.
 */
export const canary: Oracle = {
  name: "canary",
  seeds: () => [Uint8Array.of(3, 97, 98, 99)],
  check: (input) => {
    const length = input[0] ?? 0;
    if (200 < length) return;
    if (input.length < 1 + length) throw new RangeError("read past the end");
  },
};

/** These come without seeds: the bytes that prove the messages serve. */
function named(checks: Readonly<Record<string, (input: Uint8Array) => void>>): readonly Oracle[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    seeds: () => seedsFor(name),
    check: (input) => void decodedOrRefused(() => check(input)),
  }));
}
