import type { ValueOf } from "#base/bytes/codec.ts";
import { defaultAtEnd, flags, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** How static virtual channels carry data (TS_VIRTUALCHANNEL_CAPABILITYSET). */
export const virtualChannelCapability = struct("VirtualChannelCapability", "MS-RDPBCGR 2.2.7.1.10", {
  compression: flags(u32le, { toClient: 0x00000001, toServer8k: 0x00000002 }),
  /**
   * In bytes, of one chunk: what the server says counts for both sides, 1600 … 16256; what the client says is
   * ignored.
   */
  chunkSize: defaultAtEnd(u32le, 1600),
});

/** Whether beeps may be sent as Play Sound PDUs (TS_SOUND_CAPABILITYSET). */
export const soundCapability = struct("SoundCapability", "MS-RDPBCGR 2.2.7.1.11", {
  sound: flags(u16le, { beeps: 0x0001 }),
  padding: paddingAtEnd(2),
});

export type VirtualChannelCapability = ValueOf<typeof virtualChannelCapability>;
export type SoundCapability = ValueOf<typeof soundCapability>;
