import { choice } from "#base/bytes/choice.ts";
import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { flags, ignored, list, listToEnd, padding } from "#base/bytes/fields.ts";
import { i32le, u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { asciiFixed } from "#base/bytes/text.ts";
import { limits } from "#base/limits.ts";
import { blocksOfOneSide } from "./blocksOfOneSide.ts";
import { clientCore } from "./clientCore.ts";
import { encryptionMethodBits } from "./encryption.ts";
import { monitorAttributes } from "./monitorAttributes.ts";

/** What ciphers of standard RDP security the client knows: TS_UD_CS_SEC. */
export const clientSecurity = struct("ClientSecurity", "MS-RDPBCGR 2.2.1.3.3", {
  encryptionMethods: flags(u32le, encryptionMethodBits),
  /** Used instead of the field before by clients of French locale. */
  extendedEncryptionMethods: flags(u32le, encryptionMethodBits),
});
export type ClientSecurity = ValueOf<typeof clientSecurity>;

/** A static virtual channel that the client wants: CHANNEL_DEF. */
export const channelDefinition = struct("ChannelDefinition", "MS-RDPBCGR 2.2.1.3.4.1", {
  /** At most 7 characters. */
  name: asciiFixed(8),
  options: flags(u32le, {
    remoteControlPersistent: 0x00100000,
    showProtocol: 0x00200000,
    compress: 0x00400000,
    compressRdp: 0x00800000,
    priorityLow: 0x02000000,
    priorityMedium: 0x04000000,
    priorityHigh: 0x08000000,
    encryptServerToClient: 0x10000000,
    encryptClientToServer: 0x20000000,
    encryptRdp: 0x40000000,
    initialized: 0x80000000,
  }),
});
export type ChannelDefinition = ValueOf<typeof channelDefinition>;

/** TS_UD_CS_NET. */
export const clientNetwork = struct("ClientNetwork", "MS-RDPBCGR 2.2.1.3.4", {
  channels: list(u32le, channelDefinition, { atMost: limits.staticChannels }),
});
export type ClientNetwork = ValueOf<typeof clientNetwork>;

/**
 * What the client says about farms, and about the session it wants: TS_UD_CS_CLUSTER. `mstsc /admin` is
 * "redirectedSessionIdValid" with session 0.
 */
export const clientCluster = struct("ClientCluster", "MS-RDPBCGR 2.2.1.3.5", {
  redirection: clusterFlags(),
  redirectedSessionId: u32le,
});
export type ClientCluster = ValueOf<typeof clientCluster>;

/** One monitor; the edges are inclusive, in the virtual desktop whose origin is the primary monitor: TS_MONITOR_DEF. */
export const monitorDefinition = struct("MonitorDefinition", "MS-RDPBCGR 2.2.1.3.6.1", {
  left: i32le,
  top: i32le,
  right: i32le,
  bottom: i32le,
  flags: flags(u32le, { primary: 1 }),
});
export type MonitorDefinition = ValueOf<typeof monitorDefinition>;

/** TS_UD_CS_MONITOR. */
export const clientMonitors = struct("ClientMonitors", "MS-RDPBCGR 2.2.1.3.6", {
  flags: ignored(u32le),
  monitors: list(u32le, monitorDefinition, { atMost: limits.monitors }),
});
export type ClientMonitors = ValueOf<typeof clientMonitors>;

/** The client takes a channel for messages outside the share (auto-detect, heartbeat): TS_UD_CS_MCS_MSGCHANNEL. */
export const clientMessageChannel = struct("ClientMessageChannel", "MS-RDPBCGR 2.2.1.3.7", { flags: padding(4) });

/** Both sides' way to name transports beside TCP. MS-RDPBCGR 2.2.1.3.8. */
export const transportFlags = flags(u32le, {
  udpReliable: 0x001,
  udpLossy: 0x004,
  udpPreferred: 0x100,
  softSync: 0x200,
});

/** TS_UD_CS_MULTITRANSPORT. */
export const clientMultitransport = struct("ClientMultitransport", "MS-RDPBCGR 2.2.1.3.8", { flags: transportFlags });

/** Sizes and scales of the monitors of `clientMonitors`, in the same order: TS_UD_CS_MONITOR_EX. */
export const clientMonitorsExtended = struct("ClientMonitorsExtended", "MS-RDPBCGR 2.2.1.3.9", {
  flags: padding(4),
  attributes: monitorAttributes,
});
export type ClientMonitorsExtended = ValueOf<typeof clientMonitorsExtended>;

const clientBlock = choice(
  "ClientBlock",
  "MS-RDPBCGR 2.2.1.3.1",
  u16le,
  {
    0xc001: clientCore,
    0xc004: clientCluster,
    0xc002: clientSecurity,
    0xc003: clientNetwork,
    0xc005: clientMonitors,
    0xc006: clientMessageChannel,
    0xc00a: clientMultitransport,
    0xc008: clientMonitorsExtended,
  },
  { length: u16le, counts: "whole", atMost: limits.conferenceDataBytes },
);

/** All that a client says in its conference request, by block. Blocks that nobody here knows are left out. */
export interface ClientBlocks {
  readonly clientCore: ValueOf<typeof clientCore>;
  readonly clientCluster?: ClientCluster;
  readonly clientSecurity?: ClientSecurity;
  /** Absent when the client wants no static channel. */
  readonly clientNetwork?: ClientNetwork;
  readonly clientMonitors?: ClientMonitors;
  readonly clientMonitorsExtended?: ClientMonitorsExtended;
  /** Present (and empty) when the client takes the message channel. */
  readonly clientMessageChannel?: ValueOf<typeof clientMessageChannel>;
  readonly clientMultitransport?: ValueOf<typeof clientMultitransport>;
}

/** The blocks of a client, in any order when read; in that of mstsc when written. Without a core block: DecodeError. */
export const clientBlocks: Codec<ClientBlocks> = blocksOfOneSide<ClientBlocks>(
  listToEnd(clientBlock, { atMost: limits.conferenceBlocks }),
  [
    "clientCore",
    "clientCluster",
    "clientSecurity",
    "clientNetwork",
    "clientMonitors",
    "clientMessageChannel",
    "clientMultitransport",
    "clientMonitorsExtended",
  ],
  ["clientCore"],
);

/** Flags and, in bits 2 to 5, the version of redirection (0 is RDP 4, 5 is what clients since Windows 8.1 say). */
function clusterFlags() {
  const words = flags(u32le, { supported: 0x01, redirectedSessionIdValid: 0x02, redirectedSmartCard: 0x40 });
  return {
    size: () => 4,
    write: (writer, value) => {
      const at = writer.offset;
      words.write(writer, value.flags);
      writer.bytes[at]! |= (value.version & 15) << 2;
    },
    read: (reader) => {
      const low = reader.bytes[reader.offset] ?? 0;
      return { flags: words.read(reader), version: (low >>> 2) & 15 };
    },
  } satisfies Codec<ClusterRedirection>;
}

interface ClusterRedirection {
  readonly flags: readonly ("supported" | "redirectedSessionIdValid" | "redirectedSmartCard")[];
  readonly version: number;
}
