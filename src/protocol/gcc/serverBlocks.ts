import { choice } from "#base/bytes/choice.ts";
import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, flags, listToEnd, optionalAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { securityProtocolBits } from "../framing/negotiation.ts";
import { blocksOfOneSide } from "./blocksOfOneSide.ts";
import { protocolVersion } from "./clientCore.ts";
import { transportFlags } from "./clientBlocks.ts";
import { encryptionLevelCodes, encryptionMethodBits } from "./encryption.ts";

/** TS_UD_SC_CORE. */
export const serverCore = struct("ServerCore", "MS-RDPBCGR 2.2.1.4.2", {
  version: protocolVersion,
  /** What the client's negotiation asked for, repeated so that a man in the middle shows. */
  clientRequestedProtocols: optionalAtEnd(flags(u32le, securityProtocolBits)),
  earlyCapabilityFlags: optionalAtEnd(
    flags(u32le, { edgeActions1: 0x01, dynamicTimeZone: 0x02, edgeActions2: 0x04, skipChannelJoin: 0x08 }),
  ),
});
export type ServerCore = ValueOf<typeof serverCore>;

const encryptionMethod = code(u32le, { none: 0, ...encryptionMethodBits });
const encryptionLevel = code(u32le, encryptionLevelCodes);

export interface ServerSecurity {
  readonly encryptionMethod: ValueOf<typeof encryptionMethod>;
  readonly encryptionLevel: ValueOf<typeof encryptionLevel>;
  /** Absent under TLS, where method and level are "none". */
  readonly keyExchange?: {
    /** 32 bytes. */
    readonly serverRandom: Uint8Array;
    /** See `security/standard/serverCertificate.ts`. */
    readonly serverCertificate: Uint8Array;
  };
}

/** TS_UD_SC_SEC1. Byte runs are lent when read. */
export const serverSecurity = handwritten("ServerSecurity", "MS-RDPBCGR 2.2.1.4.3", {
  size: ({ keyExchange }: ServerSecurity) =>
    keyExchange === undefined ? 8 : 16 + SERVER_RANDOM_BYTES + keyExchange.serverCertificate.length,
  write: (writer, value) => {
    encryptionMethod.write(writer, value.encryptionMethod);
    encryptionLevel.write(writer, value.encryptionLevel);
    if (value.keyExchange === undefined) return;
    const { serverRandom, serverCertificate } = value.keyExchange;
    if (serverRandom.length !== SERVER_RANDOM_BYTES)
      throw new RangeError(`a server random has ${SERVER_RANDOM_BYTES} bytes`);
    writer.u32le(serverRandom.length);
    writer.u32le(serverCertificate.length);
    writer.put(serverRandom);
    writer.put(serverCertificate);
  },
  read: (reader) => {
    const start = { encryptionMethod: encryptionMethod.read(reader), encryptionLevel: encryptionLevel.read(reader) };
    if (reader.remaining === 0) return start;
    const at = reader.offset;
    const randomBytes = reader.u32le();
    const certificateBytes = reader.u32le();
    // Some servers say 0 and 0 instead of leaving the lengths out.
    if (randomBytes === 0 && certificateBytes === 0) return start;
    if (randomBytes !== SERVER_RANDOM_BYTES)
      throw new DecodeError({ is: "wrongValue", expected: String(SERVER_RANDOM_BYTES), got: randomBytes }, at);
    if (!(certificateBytes <= limits.serverCertificateBytes)) {
      const limit = limits.serverCertificateBytes;
      throw new DecodeError({ is: "overLimit", limit, got: certificateBytes, of: "certificate length" }, at + 4);
    }
    const serverRandom = reader.take(randomBytes);
    return { ...start, keyExchange: { serverRandom, serverCertificate: reader.take(certificateBytes) } };
  },
});

export interface ServerNetwork {
  /** The channel of everything that has no channel of its own: 1003 by custom. */
  readonly ioChannelId: number;
  /** For each channel of the client, in its order; 0 when the server did not make it. */
  readonly channelIds: readonly number[];
}

/** TS_UD_SC_NET; an odd count of channels is followed by two bytes of padding. */
export const serverNetwork = handwritten("ServerNetwork", "MS-RDPBCGR 2.2.1.4.4", {
  size: ({ channelIds }: ServerNetwork) => 4 + 2 * (channelIds.length + (channelIds.length & 1)),
  write: (writer, { ioChannelId, channelIds }) => {
    writer.u16le(ioChannelId);
    writer.u16le(channelIds.length);
    for (const id of channelIds) writer.u16le(id);
    if (channelIds.length % 2 === 1) writer.u16le(0);
  },
  read: (reader) => {
    const ioChannelId = reader.u16le();
    const count = reader.u16le();
    if (!(count <= limits.staticChannels))
      throw new DecodeError(
        { is: "overLimit", limit: limits.staticChannels, got: count, of: "count" },
        reader.offset - 2,
      );
    const channelIds: number[] = [];
    for (let index = 0; index < count; index++) channelIds.push(reader.u16le());
    if (count % 2 === 1) reader.take(2);
    return { ioChannelId, channelIds };
  },
});

/** TS_UD_SC_MCS_MSGCHANNEL. */
export const serverMessageChannel = struct("ServerMessageChannel", "MS-RDPBCGR 2.2.1.4.5", { channelId: u16le });

/** TS_UD_SC_MULTITRANSPORT. */
export const serverMultitransport = struct("ServerMultitransport", "MS-RDPBCGR 2.2.1.4.6", { flags: transportFlags });

const serverBlock = choice(
  "ServerBlock",
  "MS-RDPBCGR 2.2.1.4.1",
  u16le,
  {
    0x0c01: serverCore,
    0x0c03: serverNetwork,
    0x0c02: serverSecurity,
    0x0c04: serverMessageChannel,
    0x0c08: serverMultitransport,
  },
  { length: u16le, counts: "whole", atMost: limits.conferenceDataBytes },
);

/** All that a server says in its conference response, by block. */
export interface ServerBlocks {
  readonly serverCore: ServerCore;
  readonly serverNetwork: ServerNetwork;
  readonly serverSecurity: ServerSecurity;
  /** Only to a client that asked for it. */
  readonly serverMessageChannel?: ValueOf<typeof serverMessageChannel>;
  readonly serverMultitransport?: ValueOf<typeof serverMultitransport>;
}

/** The blocks of a server, in any order when read; in that of Windows when written. */
export const serverBlocks: Codec<ServerBlocks> = blocksOfOneSide<ServerBlocks>(
  listToEnd(serverBlock, { atMost: limits.conferenceBlocks }),
  ["serverCore", "serverNetwork", "serverSecurity", "serverMessageChannel", "serverMultitransport"],
  ["serverCore", "serverNetwork", "serverSecurity"],
);

const SERVER_RANDOM_BYTES = 32;
