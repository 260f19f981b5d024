import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Rectangle } from "#base/geometry.ts";
import { handwritten } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { rectangle16 } from "./geometry.ts";

/** A part of the decoded picture that is to be shown, and how good it is. */
export interface Avc420Area extends Rectangle {
  /** The quantisation parameter that its samples were made with, 0 to 51; the client may show it to somebody. */
  readonly quantization: number;
  /** 0 to 100. */
  readonly quality: number;
  /** The area will be sent better later on. */
  readonly progressive: boolean;
}

/** The data of `wireToSurface1` with the codec "avc420". */
export interface Avc420Picture {
  readonly areas: readonly Avc420Area[];
  /** An access unit with start codes (ITU-T H.264 annex B); lent when read. */
  readonly stream: Uint8Array;
}

/** RFX_AVC420_BITMAP_STREAM with its RFX_AVC420_METABLOCK: all areas first, then how good they are. */
export const avc420Picture = handwritten<"Avc420Picture", Avc420Picture>("Avc420Picture", "MS-RDPEGFX 2.2.4.4", {
  size: ({ areas, stream }) => 4 + areas.length * areaBytes + stream.length,
  write: (writer, { areas, stream }) => {
    writer.u32le(areas.length);
    for (const area of areas) rectangle16.write(writer, area);
    for (const { quantization, quality, progressive } of areas) {
      writer.u8(quantization | (progressive ? progressiveBit : 0));
      writer.u8(quality);
    }
    writer.put(stream);
  },
  read: (reader) => {
    const at = reader.offset;
    const count = reader.u32le();
    const limit = limits.graphicsTargets;
    if (limit < count) throw new DecodeError({ is: "overLimit", limit, got: count, of: "areas" }, at);
    const rectangles: Rectangle[] = [];
    for (let index = 0; index < count; index++) rectangles.push(rectangle16.read(reader));
    const areas = rectangles.map((rectangle): Avc420Area => {
      const first = reader.u8();
      const quality = reader.u8();
      return { ...rectangle, quantization: first & 0x3f, quality, progressive: (first & progressiveBit) !== 0 };
    });
    return { areas, stream: reader.rest() };
  },
});

const progressiveBit = 0x80;
/** RDPGFX_RECT16 and RDPGFX_AVC420_QUANT_QUALITY. */
const areaBytes = 10;
