import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { flags, ignored, mapped, padding, paddingAtEnd, times } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

const cellsOfOneSize = struct("BitmapCacheCells", "MS-RDPBCGR 2.2.7.1.4.1", {
  entries: u16le,
  /** In bytes, of one cell. */
  cellSize: u16le,
});

/** The client's three bitmap caches, first revision (TS_BITMAPCACHE_CAPABILITYSET). */
export const bitmapCacheCapability = struct("BitmapCacheCapability", "MS-RDPBCGR 2.2.7.1.4.1", {
  padding: padding(24),
  caches: times(3, cellsOfOneSize),
});
export type BitmapCacheCapability = ValueOf<typeof bitmapCacheCapability>;

/** A cache of the second revision: how many cells, and whether the client keeps them on disk. */
export interface CellCache {
  /** 31 bits. */
  readonly entries: number;
  readonly persistent: boolean;
}

const cellCache: Codec<CellCache> = mapped(u32le, {
  decode: (raw) => ({ entries: raw & 0x7fffffff, persistent: raw >= 0x80000000 }),
  encode: (cache) => (cache.entries | (cache.persistent ? 0x80000000 : 0)) >>> 0,
});

/** A count, then room for five caches of which the count are meant. */
const cellCaches: Codec<readonly CellCache[]> = {
  size: () => 1 + 5 * 4,
  write: (writer, caches) => {
    if (!(caches.length <= 5)) throw new RangeError(`${caches.length} cell caches; there is room for 5`);
    writer.u8(caches.length);
    for (const cache of caches) cellCache.write(writer, cache);
    writer.zeros((5 - caches.length) * 4);
  },
  read: (reader) => {
    const at = reader.offset;
    const count = reader.u8();
    if (!(count <= 5)) throw new DecodeError({ is: "overLimit", limit: 5, got: count, of: "count" }, at);
    return fiveCaches.read(reader).slice(0, count);
  },
};

/** The client's bitmap caches, second revision (TS_BITMAPCACHE_CAPABILITYSET_REV2). */
export const bitmapCacheRevision2Capability = struct("BitmapCacheRevision2Capability", "MS-RDPBCGR 2.2.7.1.4.2", {
  cache: flags(u16le, { persistentKeysExpected: 0x0001, allowWaitingList: 0x0002 }),
  padding: padding(1),
  /** At most five. */
  caches: cellCaches,
  paddingAtEnd: paddingAtEnd(12),
});
export type BitmapCacheRevision2Capability = ValueOf<typeof bitmapCacheRevision2Capability>;

/** Which codec the third revision's cached bitmaps come in (TS_BITMAPCACHE_CAPABILITYSET_REV3, CAPSETTYPE 6). */
export const bitmapCacheRevision3Capability = struct("BitmapCacheRevision3Capability", "MS-RDPBCGR 2.2.1.13.1.1.1", {
  codecId: u8,
});
export type BitmapCacheRevision3Capability = ValueOf<typeof bitmapCacheRevision3Capability>;

/** The server knows persistent bitmap caches (TS_BITMAPCACHE_HOSTSUPPORT_CAPABILITYSET). */
export const bitmapCacheHostSupportCapability = struct("BitmapCacheHostSupportCapability", "MS-RDPBCGR 2.2.7.2.1", {
  version: ignored(u8, 1),
  padding: paddingAtEnd(3),
});
export type BitmapCacheHostSupportCapability = ValueOf<typeof bitmapCacheHostSupportCapability>;

const fiveCaches = times(5, cellCache);
