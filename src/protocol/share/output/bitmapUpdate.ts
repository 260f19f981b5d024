import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { list } from "#base/bytes/fields.ts";
import { u16le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Rectangle } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import { inclusiveRectangle } from "../wireRectangle.ts";

/**
 * How a bitmap's data is packed. With a header the receiver learns the width of a scan line and the size unpacked, in
 * bytes.
 */
export type BitmapPacking =
  | { readonly is: "raw" }
  | { readonly is: "compressed" }
  | { readonly is: "compressedWithHeader"; readonly scanWidth: number; readonly sizeUnpacked: number };

/**
 * One bitmap (TS_BITMAP_DATA): rows from the bottom up; `width` a multiple of four, and at least that of
 * `destination`.
 */
export interface BitmapData {
  readonly destination: Rectangle;
  readonly width: number;
  readonly height: number;
  /** 8, 15, 16, 24 or 32. */
  readonly bitsPerPixel: number;
  readonly packing: BitmapPacking;
  /** At most 65527 bytes; lent when read. */
  readonly data: Uint8Array;
}

const bitmapData: Codec<BitmapData> = {
  size: (bitmap) => 18 + headerSize(bitmap.packing) + bitmap.data.length,
  write: (writer, bitmap) => {
    const { packing, data } = bitmap;
    inclusiveRectangle.write(writer, bitmap.destination);
    writer.u16le(bitmap.width);
    writer.u16le(bitmap.height);
    writer.u16le(bitmap.bitsPerPixel);
    writer.u16le((packing.is === "raw" ? 0 : compressedFlag) | (packing.is === "compressed" ? noHeaderFlag : 0));
    const length = headerSize(packing) + data.length;
    if (!(length <= 0xffff)) throw new RangeError(`a bitmap of ${data.length} bytes does not fit a bitmap update`);
    writer.u16le(length);
    if (packing.is === "compressedWithHeader") {
      writer.u16le(0);
      writer.u16le(data.length);
      writer.u16le(packing.scanWidth);
      writer.u16le(packing.sizeUnpacked);
    }
    writer.put(data);
  },
  read: (reader) => {
    const destination = inclusiveRectangle.read(reader);
    const width = reader.u16le();
    const height = reader.u16le();
    const bitsPerPixel = reader.u16le();
    const flags = reader.u16le();
    const body = reader.within(reader.u16le());
    const packing = readPacking(flags, body);
    return { destination, width, height, bitsPerPixel, packing, data: body.rest() };
  },
};

function readPacking(flags: number, body: Reader): BitmapPacking {
  if ((flags & compressedFlag) === 0) return { is: "raw" };
  if ((flags & noHeaderFlag) !== 0) return { is: "compressed" };
  body.take(2);
  const at = body.offset;
  const size = body.u16le();
  const packing = { is: "compressedWithHeader", scanWidth: body.u16le(), sizeUnpacked: body.u16le() } as const;
  if (body.remaining < size) throw new DecodeError({ is: "truncated", needBytes: size, haveBytes: body.remaining }, at);
  return packing;
}

function headerSize(packing: BitmapPacking): number {
  return packing.is === "compressedWithHeader" ? 8 : 0;
}

/** Bitmaps to be shown (TS_UPDATE_BITMAP_DATA, behind the update type). */
export const bitmapUpdate = struct("BitmapUpdate", "MS-RDPBCGR 2.2.9.1.1.3.1.2.1", {
  bitmaps: list(u16le, bitmapData, { atMost: limits.bitmapRectangles }),
});
export type BitmapUpdate = ValueOf<typeof bitmapUpdate>;

const compressedFlag = 0x0001;
const noHeaderFlag = 0x0400;
