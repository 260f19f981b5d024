import { encode, named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, flags, sizedBytes } from "#base/bytes/fields.ts";
import { u16le, u32le, u64le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Bytes, utf16Text } from "#base/bytes/text.ts";
import { limits } from "#base/limits.ts";

/** One attribute that server and client tell each other inside NTLM: AV_PAIR. */
export const avPair = struct("AvPair", "MS-NLMP 2.2.2.1", {
  id: code(u16le, {
    computerName: 1,
    domainName: 2,
    dnsComputerName: 3,
    dnsDomainName: 4,
    dnsTreeName: 5,
    flags: 6,
    timestamp: 7,
    singleHost: 8,
    targetName: 9,
    channelBindings: 10,
  }),
  value: sizedBytes(u16le, { atMost: limits.ntlmAttributeBytes }),
});
export type AvPair = ValueOf<typeof avPair>;
export type AvPairs = readonly AvPair[];

/** The attributes up to MsvAvEOL, which is not part of the value. Their values are lent. */
export const avPairs: Codec<AvPairs> = {
  size: (pairs) => pairs.reduce((sum, pair) => sum + avPair.size(pair), 4),
  write: (writer, pairs) => {
    for (const pair of pairs) avPair.write(writer, pair);
    writer.zeros(4);
  },
  read: (reader) => {
    const pairs: AvPair[] = [];
    for (;;) {
      const pair = named(`[${pairs.length}]`, undefined, () => avPair.read(reader));
      if (typeof pair.id !== "string" && pair.id.unknown === 0) return pairs;
      const got = pairs.length + 1;
      if (!(got <= limits.ntlmAttributes))
        throw new DecodeError({ is: "overLimit", limit: limits.ntlmAttributes, got, of: "count" }, reader.offset);
      pairs.push(pair);
    }
  },
};

/** MsvAvFlags: `integrityCode` says that the AUTHENTICATE_MESSAGE carries a MIC. */
export const avFlags = flags(u32le, { constrained: 1, integrityCode: 2, untrustedTargetName: 4 });

type TextId = "computerName" | "domainName" | "dnsComputerName" | "dnsDomainName" | "dnsTreeName" | "targetName";

export function textPair(id: TextId, text: string): AvPair {
  return { id, value: utf16Bytes(text) };
}

/** `timestamp` in 100 ns since 1601. */
export function timestampPair(timestamp: bigint): AvPair {
  return { id: "timestamp", value: encode(u64le, timestamp) };
}

export function flagsPair(set: ValueOf<typeof avFlags>): AvPair {
  return { id: "flags", value: encode(avFlags, set) };
}

/** The first value with that id, lent; undefined without. */
export function avValue(
  pairs: AvPairs,
  id: TextId | "flags" | "timestamp" | "channelBindings",
): Uint8Array | undefined {
  return pairs.find((pair) => pair.id === id)?.value;
}

export function avText(pairs: AvPairs, id: TextId): string | undefined {
  const value = avValue(pairs, id);
  return value === undefined ? undefined : utf16Text(value);
}
