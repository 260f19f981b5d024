import { DecodeError } from "#base/bytes/decodeError.ts";
import { handwritten } from "#base/bytes/struct.ts";
import { avc420Picture, type Avc420Picture } from "./avc420.ts";

/**
 * The data of `wireToSurface1` with the codecs "avc444" and "avc444v2": two pictures in YUV420 that make one in YUV444.
 * Both come from one encoder and go to one decoder, one behind the other. A picture of colours belongs to the last main
 * one of its areas. One of them may be absent, not both.
 */
export interface Avc444Picture {
  readonly main?: Avc420Picture;
  readonly chroma?: Avc420Picture;
}

/** RFX_AVC444_BITMAP_STREAM and RFX_AVC444V2_BITMAP_STREAM, which differ in what the second picture means. */
export const avc444Picture = handwritten<"Avc444Picture", Avc444Picture>("Avc444Picture", "MS-RDPEGFX 2.2.4.5", {
  size: ({ main, chroma }) => {
    return 4 + [main, chroma].reduce((sum, each) => sum + (each === undefined ? 0 : avc420Picture.size(each)), 0);
  },
  write: (writer, { main, chroma }) => {
    const parts = main === undefined ? onlyChroma : chroma === undefined ? onlyMain : both;
    const mainBytes = main === undefined ? 0 : avc420Picture.size(main);
    writer.u32le(((parts << partsShift) | mainBytes) >>> 0);
    if (main !== undefined) avc420Picture.write(writer, main);
    if (chroma !== undefined) avc420Picture.write(writer, chroma);
  },
  read: (reader) => {
    const at = reader.offset;
    const first = reader.u32le();
    const parts = first >>> partsShift;
    if (parts === onlyMain) return { main: avc420Picture.read(reader) };
    if (parts === onlyChroma) return { chroma: avc420Picture.read(reader) };
    if (parts !== both) throw new DecodeError({ is: "wrongValue", expected: "0, 1 or 2", got: parts }, at);
    const main = avc420Picture.read(reader.within(first & mainBytesMask));
    return { main, chroma: avc420Picture.read(reader) };
  },
});

/** Whether a picture that has been written brings colours. */
export function hasChroma(data: Uint8Array): boolean {
  return (data[3] ?? 0) >>> (partsShift - 24) !== onlyMain;
}

/** Which of the two are there. */
const both = 0;
const onlyMain = 1;
const onlyChroma = 2;
const partsShift = 30;
const mainBytesMask = 0x3fff_ffff;
