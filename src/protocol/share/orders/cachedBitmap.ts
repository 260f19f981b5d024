import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import type { Writer } from "#base/bytes/writer.ts";

/** A bitmap for one of the client's caches: rows from the bottom up. */
export interface CachedBitmap {
  /** 0 to 4. */
  readonly cacheId: number;
  readonly cacheIndex: number;
  readonly width: number;
  readonly height: number;
  /** Interleaved, or planar at 32 bpp, as in a bitmap update and without a header; otherwise raw. */
  readonly compressed: boolean;
  /** Lent when read. */
  readonly data: Uint8Array;
}

/** First revision: up to 255 × 255 pixels. */
export interface CacheBitmap1 extends CachedBitmap {
  readonly is: "cacheBitmap1";
  /** 8, 15, 16, 24 or 32. */
  readonly bitsPerPixel: number;
}

/** Second revision: the client may keep it on its disk. */
export interface CacheBitmap2 extends CachedBitmap {
  readonly is: "cacheBitmap2";
  /** 8, 16, 24 or 32; 15 goes by 16. */
  readonly bitsPerPixel: number;
  readonly key?: bigint;
}

/** MS-RDPEGDI 2.2.2.2.1.2.2 */
export const cacheBitmap1Body = {
  size: (order: CacheBitmap1): number => 9 + order.data.length,
  write: (writer: Writer, order: CacheBitmap1): void => {
    writer.u8(order.cacheId);
    writer.u8(0);
    writer.u8(order.width);
    writer.u8(order.height);
    writer.u8(order.bitsPerPixel);
    writer.u16le(order.data.length);
    writer.u16le(order.cacheIndex);
    writer.put(order.data);
  },
  read: (reader: Reader, options: { readonly compressed: boolean; readonly extra: number }): CacheBitmap1 => {
    const cacheId = reader.u8();
    reader.take(1);
    const [width, height, bitsPerPixel] = [reader.u8(), reader.u8(), reader.u8()];
    const length = reader.u16le();
    const cacheIndex = reader.u16le();
    const data = readData(reader, length, options.compressed && (options.extra & noHeader) === 0);
    const { compressed } = options;
    return { is: "cacheBitmap1", cacheId, cacheIndex, width, height, compressed, bitsPerPixel, data };
  },
};

/** Cache, depth and flags of the second revision stand in the order's header. MS-RDPEGDI 2.2.2.2.1.2.3 */
export const cacheBitmap2Body = {
  extra: (order: CacheBitmap2): number =>
    order.cacheId |
    (depthIds.indexOf(order.bitsPerPixel) << 3) |
    (order.width === order.height ? heightAsWidth : 0) |
    (order.key === undefined ? 0 : keyPresent) |
    noHeader,
  size: (order: CacheBitmap2): number =>
    (order.key === undefined ? 0 : 8) +
    sizeOfTwo(order.width) +
    (order.width === order.height ? 0 : sizeOfTwo(order.height)) +
    sizeOfFour(order.data.length) +
    sizeOfTwo(order.cacheIndex) +
    order.data.length,
  write: (writer: Writer, order: CacheBitmap2): void => {
    if (order.key !== undefined) writer.u64le(order.key);
    writeTwo(writer, order.width);
    if (order.width !== order.height) writeTwo(writer, order.height);
    writeFour(writer, order.data.length);
    writeTwo(writer, order.cacheIndex);
    writer.put(order.data);
  },
  read: (reader: Reader, options: { readonly compressed: boolean; readonly extra: number }): CacheBitmap2 => {
    const { extra, compressed } = options;
    const bitsPerPixel = readDepth(extra, reader.offset);
    const key = (extra & keyPresent) === 0 ? {} : { key: reader.u64le() };
    const width = readTwo(reader);
    const height = (extra & heightAsWidth) === 0 ? readTwo(reader) : width;
    const length = readFour(reader);
    const given = readTwo(reader);
    const cacheIndex = (extra & doNotCache) === 0 ? given : waitingList;
    const data = readData(reader, length, compressed && (extra & noHeader) === 0);
    return {
      is: "cacheBitmap2",
      cacheId: extra & 7,
      cacheIndex,
      width,
      height,
      compressed,
      bitsPerPixel,
      ...key,
      data,
    };
  },
};

/** The depth in bits 3 to 6 of the extra flags. */
export function readDepth(extra: number, at: number): number {
  const depth = depthIds[(extra >> 3) & 0x0f];
  if (depth !== undefined && 0 < depth) return depth;
  throw new DecodeError({ is: "wrongValue", expected: "8, 16, 24 or 32 bits a pixel", got: extra }, at);
}

/** The flags' bits 3 to 6 for a depth of 8, 16, 24 or 32. */
export function depthBits(bitsPerPixel: number): number {
  return depthIds.indexOf(bitsPerPixel) << 3;
}

/** A header before the data counts into its length, and says nothing that we need. */
function readData(reader: Reader, length: number, hasHeader: boolean): Uint8Array {
  const body = reader.within(length);
  if (hasHeader) body.take(8);
  return body.rest();
}

/** TWO_BYTE_UNSIGNED_ENCODING: 7 or 15 bits. MS-RDPEGDI 2.2.2.2.1.2.1.2 */
function sizeOfTwo(value: number): number {
  return value < 0x80 ? 1 : 2;
}

function writeTwo(writer: Writer, value: number): void {
  if (!(value < 0x8000)) throw new RangeError(`${value} does not fit 15 bits`);
  if (0x80 <= value) writer.u8(0x80 | (value >> 8));
  writer.u8(value & 0xff);
}

function readTwo(reader: Reader): number {
  const first = reader.u8();
  return first < 0x80 ? first : ((first & 0x7f) << 8) | reader.u8();
}

/** FOUR_BYTE_UNSIGNED_ENCODING, in two bytes at least: rdesktop reads no fewer. MS-RDPEGDI 2.2.2.2.1.2.1.4 */
function sizeOfFour(value: number): number {
  return value < 0x4000 ? 2 : value < 0x40_0000 ? 3 : 4;
}

function writeFour(writer: Writer, value: number): void {
  if (!(value < 0x4000_0000)) throw new RangeError(`${value} does not fit 30 bits`);
  const more = sizeOfFour(value) - 1;
  for (let index = more; 0 <= index; index--) {
    writer.u8(((value >>> (index * 8)) & 0xff) | (index === more ? more << 6 : 0));
  }
}

function readFour(reader: Reader): number {
  const first = reader.u8();
  let value = first & 0x3f;
  for (let more = first >> 6; 0 < more; more--) value = value * 0x100 + reader.u8();
  return value;
}

const depthIds: readonly number[] = [0, 0, 0, 8, 16, 24, 32];
const heightAsWidth = 0x0080;
const keyPresent = 0x0100;
const noHeader = 0x0400;
const doNotCache = 0x0800;
/** The place of what is drawn once and not kept. MS-RDPEGDI 3.1.1.1.1 */
const waitingList = 0x7fff;
