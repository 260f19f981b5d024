import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { handwritten } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";
import {
  cacheBitmap1Body,
  cacheBitmap2Body,
  depthBits,
  readDepth,
  type CacheBitmap1,
  type CacheBitmap2,
} from "./cachedBitmap.ts";

/** What a secondary drawing order puts into a cache of the client. */
export type SecondaryOrder =
  | CacheBitmap1
  | CacheBitmap2
  | CacheBitmap3
  | CacheColorTable
  | { readonly is: "unknown"; readonly type: number; readonly extra: number; readonly body: Uint8Array };

/** Third revision: a bitmap in any codec that the client has named. */
export interface CacheBitmap3 {
  readonly is: "cacheBitmap3";
  readonly cacheId: number;
  readonly cacheIndex: number;
  /** 8, 16, 24 or 32. */
  readonly bitsPerPixel: number;
  readonly key: bigint;
  readonly codecId: number;
  readonly width: number;
  readonly height: number;
  /** Lent when read. */
  readonly data: Uint8Array;
}

/** The colours of bitmaps at 8 bpp. */
export interface CacheColorTable {
  readonly is: "cacheColorTable";
  /** 0 to 5. */
  readonly cacheIndex: number;
  /** 256 of blue, green, red, nothing; lent when read. */
  readonly colors: Uint8Array;
}

/** A secondary drawing order behind its control flags. Its length leaves out thirteen bytes, for historical reasons. */
export const secondaryOrder = handwritten("SecondaryOrder", "MS-RDPEGDI 2.2.2.2.1.2.1.1", {
  size: (order: SecondaryOrder) => headerBytes + paddedBodySize(order),
  write: (writer: Writer, order: SecondaryOrder) => {
    writer.u16le(paddedBodySize(order) - uncountedBytes);
    writer.u16le(extraOf(order));
    writer.u8(typeOf(order));
    writeBody(writer, order);
    writer.zeros(paddedBodySize(order) - bodySize(order));
  },
  read: (reader: Reader): SecondaryOrder => {
    // Old servers let it become negative.
    const length = (reader.u16le() << 16) >> 16;
    const extra = reader.u16le();
    const type = reader.u8();
    const body = reader.within(Math.max(0, length + uncountedBytes));
    return readBody(type, extra, body);
  },
});

function readBody(type: number, extra: number, body: Reader): SecondaryOrder {
  switch (type) {
    case types.cacheBitmap1Raw:
    case types.cacheBitmap1:
      return cacheBitmap1Body.read(body, { extra, compressed: type === types.cacheBitmap1 });
    case types.cacheBitmap2Raw:
    case types.cacheBitmap2:
      return cacheBitmap2Body.read(body, { extra, compressed: type === types.cacheBitmap2 });
    case types.cacheBitmap3:
      return readBitmap3(extra, body);
    case types.cacheColorTable:
      return readColorTable(body);
    default:
      return { is: "unknown", type, extra, body: body.rest() };
  }
}

function writeBody(writer: Writer, order: SecondaryOrder): void {
  switch (order.is) {
    case "cacheBitmap1":
      return cacheBitmap1Body.write(writer, order);
    case "cacheBitmap2":
      return cacheBitmap2Body.write(writer, order);
    case "cacheBitmap3":
      return writeBitmap3(writer, order);
    case "cacheColorTable":
      writer.u8(order.cacheIndex);
      writer.u16le(order.colors.length / 4);
      return writer.put(order.colors);
    case "unknown":
      return writer.put(order.body);
  }
}

/** MS-RDPEGDI 2.2.2.2.1.2.8 */
function writeBitmap3(writer: Writer, order: CacheBitmap3): void {
  writer.u16le(order.cacheIndex);
  writer.u64le(order.key);
  writer.u8(order.bitsPerPixel);
  writer.zeros(2);
  writer.u8(order.codecId);
  writer.u16le(order.width);
  writer.u16le(order.height);
  writer.u32le(order.data.length);
  writer.put(order.data);
}

function readBitmap3(extra: number, body: Reader): CacheBitmap3 {
  const bitsPerPixel = readDepth(extra, body.offset);
  const cacheIndex = body.u16le();
  const key = body.u64le();
  body.take(3);
  const codecId = body.u8();
  const [width, height] = [body.u16le(), body.u16le()];
  const data = body.take(body.u32le());
  return { is: "cacheBitmap3", cacheId: extra & 7, cacheIndex, bitsPerPixel, key, codecId, width, height, data };
}

/** MS-RDPEGDI 2.2.2.2.1.2.4 */
function readColorTable(body: Reader): CacheColorTable {
  const cacheIndex = body.u8();
  const at = body.offset;
  const count = body.u16le();
  if (count !== 256) throw new DecodeError({ is: "wrongValue", expected: "256 colours", got: count }, at);
  return { is: "cacheColorTable", cacheIndex, colors: body.take(count * 4) };
}

/** Clients do not take a length below zero: the shortest bodies are followed by nothing at all. */
function paddedBodySize(order: SecondaryOrder): number {
  return Math.max(uncountedBytes, bodySize(order));
}

function bodySize(order: SecondaryOrder): number {
  switch (order.is) {
    case "cacheBitmap1":
      return cacheBitmap1Body.size(order);
    case "cacheBitmap2":
      return cacheBitmap2Body.size(order);
    case "cacheBitmap3":
      return 22 + order.data.length;
    case "cacheColorTable":
      return 3 + order.colors.length;
    case "unknown":
      return order.body.length;
  }
}

function extraOf(order: SecondaryOrder): number {
  switch (order.is) {
    case "cacheBitmap1":
      return order.compressed ? noHeader : 0;
    case "cacheBitmap2":
      return cacheBitmap2Body.extra(order);
    case "cacheBitmap3":
      return order.cacheId | depthBits(order.bitsPerPixel);
    case "cacheColorTable":
      return 0;
    case "unknown":
      return order.extra;
  }
}

function typeOf(order: SecondaryOrder): number {
  switch (order.is) {
    case "unknown":
      return order.type;
    case "cacheBitmap1":
      return order.compressed ? types.cacheBitmap1 : types.cacheBitmap1Raw;
    case "cacheBitmap2":
      return order.compressed ? types.cacheBitmap2 : types.cacheBitmap2Raw;
    default:
      return types[order.is];
  }
}

/** Length, extra flags, type. */
const headerBytes = 5;
/** Of the thirteen bytes that the length leaves out six are flags and header. */
const uncountedBytes = 7;
const noHeader = 0x0400;
const types = {
  cacheBitmap1Raw: 0,
  cacheColorTable: 1,
  cacheBitmap1: 2,
  cacheBitmap2Raw: 4,
  cacheBitmap2: 5,
  cacheBitmap3: 8,
} as const;
