import type { ValueOf } from "#base/bytes/codec.ts";
import { flags, paddingAtEnd } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** How large an update may be after its fragments are put together (TS_MULTIFRAGMENTUPDATE_CAPABILITYSET). */
export const multifragmentUpdateCapability = struct("MultifragmentUpdateCapability", "MS-RDPBCGR 2.2.7.2.6", {
  /** In bytes; 0 from clients that take no fragments. */
  requestSizeMax: u32le,
});

/** Which surface commands the sender knows (TS_SURFCMDS_CAPABILITYSET). */
export const surfaceCommandsCapability = struct("SurfaceCommandsCapability", "MS-RDPBCGR 2.2.7.2.9", {
  commands: flags(u32le, { setSurfaceBits: 0x02, frameMarker: 0x10, streamSurfaceBits: 0x40 }),
  reserved: paddingAtEnd(4),
});

/** The client acknowledges frames (TS_FRAME_ACKNOWLEDGE_CAPABILITYSET). */
export const frameAcknowledgeCapability = struct("FrameAcknowledgeCapability", "MS-RDPRFX 2.2.1.3", {
  /** From the client: how many frames may be on their way; 0: it does not limit. From the server always 0. */
  framesInFlightMax: u32le,
});

export type MultifragmentUpdateCapability = ValueOf<typeof multifragmentUpdateCapability>;
export type SurfaceCommandsCapability = ValueOf<typeof surfaceCommandsCapability>;
export type FrameAcknowledgeCapability = ValueOf<typeof frameAcknowledgeCapability>;
