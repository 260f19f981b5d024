import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Rectangle } from "#base/geometry.ts";
import { inclusiveRectangle } from "../wireRectangle.ts";

const shownArea: Codec<Rectangle | undefined> = {
  size: (area) => (area === undefined ? 4 : 12),
  write: (writer, area) => {
    writer.u32le(area === undefined ? 0 : 1);
    if (area !== undefined) inclusiveRectangle.write(writer, area);
  },
  read: (reader) => {
    const allow = reader.u8() !== 0;
    reader.take(3);
    return allow ? inclusiveRectangle.read(reader) : undefined;
  },
};

/** The client's window is covered or minimised, or is seen again (TS_SUPPRESS_OUTPUT_PDU). */
export const suppressOutput = struct("SuppressOutput", "MS-RDPBCGR 2.2.11.3.1", {
  /** What may be seen, to be sent anew; left out: nothing is seen, and nothing need be sent. */
  shown: shownArea,
});
export type SuppressOutput = ValueOf<typeof suppressOutput>;

/** A count in a byte, three bytes of padding, then the areas. */
const areas: Codec<readonly Rectangle[]> = {
  size: (list) => 4 + list.length * 8,
  write: (writer, list) => {
    writer.u8(list.length);
    writer.zeros(3);
    for (const area of list) inclusiveRectangle.write(writer, area);
  },
  read: (reader) => {
    const count = reader.u8();
    reader.take(3);
    return Array.from({ length: count }, () => inclusiveRectangle.read(reader));
  },
};

/** The client wants these areas sent again (TS_REFRESH_RECT_PDU). At most 255. */
export const refreshRectangle = struct("RefreshRectangle", "MS-RDPBCGR 2.2.11.2.1", { areas });
export type RefreshRectangle = ValueOf<typeof refreshRectangle>;

/** The client has shown everything up to the end of this frame (TS_FRAME_ACKNOWLEDGE_PDU). */
export const frameAcknowledge = struct("FrameAcknowledge", "MS-RDPRFX 2.2.3.1", {
  /** As in the frame marker; 0xffffffff: all of them. */
  frameId: u32le,
});
export type FrameAcknowledge = ValueOf<typeof frameAcknowledge>;
