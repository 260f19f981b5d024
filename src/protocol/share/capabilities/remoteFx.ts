import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, constant, flags, ignored, sized } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

/** One way of RemoteFX that the client decodes (TS_RFX_ICAP): tiles of 64 by 64, 5/3 wavelets. */
export const remoteFxMode = struct("RemoteFxMode", "MS-RDPRFX 2.2.1.1.1.1.1", {
  version: ignored(u16le, 0x0100),
  tileSize: constant(u16le, 0x0040),
  /** Without `image`: video mode, in which headers are sent once. */
  mode: flags(u8, { image: 0x02 }),
  colorConversion: ignored(u8, 1),
  transform: ignored(u8, 1),
  entropy: code(u8, { rlgr1: 1, rlgr3: 4 }),
});
export type RemoteFxMode = ValueOf<typeof remoteFxMode>;

/** A count, the size of one mode, then the modes; a later version's modes may be longer. */
const remoteFxModes: Codec<readonly RemoteFxMode[]> = {
  size: (modes) => 4 + modes.length * 8,
  write: (writer, modes) => {
    writer.u16le(modes.length);
    writer.u16le(8);
    for (const mode of modes) remoteFxMode.write(writer, mode);
  },
  read: (reader) => {
    const at = reader.offset;
    const count = reader.u16le();
    if (!(count <= limits.remoteFxModes))
      throw new DecodeError({ is: "overLimit", limit: limits.remoteFxModes, got: count, of: "count" }, at);
    const size = reader.u16le();
    return Array.from({ length: count }, () => remoteFxMode.read(reader.within(size)));
  },
};

const capabilitySet = struct("RemoteFxCapabilitySet", "MS-RDPRFX 2.2.1.1.1.1", {
  codecId: ignored(u8, 1),
  type: constant(u16le, 0xcfc0),
  modes: remoteFxModes,
});

const capabilities = struct("RemoteFxCapabilities", "MS-RDPRFX 2.2.1.1.1", {
  blockType: constant(u16le, 0xcbc0),
  blockLength: constant(u32le, 8),
  setCount: constant(u16le, 1),
  setType: constant(u16le, 0xcbc1),
  set: sized(u32le, capabilitySet, { atMost: limits.capabilitySetBytes, plus: 6 }),
});

const container = struct("RemoteFxContainer", "MS-RDPRFX 2.2.1.1", {
  /** `wholeFrames`: frames may be captured without regard to what the client caches (CARDP_CAPS_CAPTURE_NON_CAC). */
  capture: flags(u32le, { wholeFrames: 0x01 }),
  capabilities: sized(u32le, capabilities, { atMost: limits.capabilitySetBytes }),
});

/** The client's RemoteFX properties (TS_RFX_CLNT_CAPS_CONTAINER), its own length included. */
export const remoteFxClientProperties = struct("RemoteFxClientProperties", "MS-RDPRFX 2.2.1.1", {
  container: sized(u32le, container, { atMost: limits.capabilitySetBytes, plus: 4 }),
});
export type RemoteFxClientProperties = ValueOf<typeof remoteFxClientProperties>;
