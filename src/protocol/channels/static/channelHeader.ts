import { flags, rest } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { ValueOf } from "#base/bytes/codec.ts";

/**
 * One chunk on a static virtual channel: CHANNEL_PDU_HEADER and what follows. `length` is that of the whole message.
 */
export const channelChunk = struct("ChannelChunk", "MS-RDPBCGR 2.2.6.1", {
  length: u32le,
  flags: flags(u32le, {
    first: 0x01,
    last: 0x02,
    showProtocol: 0x10,
    suspend: 0x20,
    resume: 0x40,
    shadowPersistent: 0x80,
    compressed: 0x0020_0000,
    atFront: 0x0040_0000,
    flushed: 0x0080_0000,
  }),
  data: rest,
});
export type ChannelChunk = ValueOf<typeof channelChunk>;
export type ChannelChunkFlag = ChannelChunk["flags"][number];

/** Bytes of CHANNEL_PDU_HEADER. */
export const channelHeaderBytes = 8;
/**
 * The largest piece of a message in one chunk, unless the virtual channel capability set says else. MS-RDPBCGR
 * 2.2.7.1.10
 */
export const channelChunkBytesDefault = 1600;
/** The largest that a capability set may ask for. MS-RDPBCGR 2.2.7.1.10 */
export const channelChunkBytesMax = 16256;
