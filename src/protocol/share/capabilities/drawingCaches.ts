import type { ValueOf } from "#base/bytes/codec.ts";
import { boolean, code, paddingAtEnd, times } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** Which brushes the client draws with (TS_BRUSH_CAPABILITYSET). */
export const brushCapability = struct("BrushCapability", "MS-RDPBCGR 2.2.7.1.7", {
  support: code(u32le, { solid: 0, color8x8: 1, fullColor: 2 }),
});

const glyphCache = struct("GlyphCacheDefinition", "MS-RDPBCGR 2.2.7.1.8.1", {
  entries: u16le,
  /** In bytes, of one glyph at most. */
  cellSize: u16le,
});

/** The client's ten glyph caches and its cache of fragments (TS_GLYPHCACHE_CAPABILITYSET). */
export const glyphCacheCapability = struct("GlyphCacheCapability", "MS-RDPBCGR 2.2.7.1.8", {
  caches: times(10, glyphCache),
  fragments: glyphCache,
  support: code(u16le, { none: 0, partial: 1, full: 2, encode: 3 }),
  padding: paddingAtEnd(2),
});

/** The client's off-screen bitmaps (TS_OFFSCREEN_CAPABILITYSET). */
export const offscreenCacheCapability = struct("OffscreenCacheCapability", "MS-RDPBCGR 2.2.7.1.9", {
  supported: boolean(u32le),
  /** In kibibytes; at most 7680. */
  size: u16le,
  /** At most 500. */
  entries: u16le,
});

/** The client's nine-grid bitmaps (TS_DRAW_NINEGRID_CAPABILITYSET). */
export const drawNineGridCacheCapability = struct("DrawNineGridCacheCapability", "MS-RDPEGDI 2.2.1.2", {
  support: code(u32le, { none: 0, first: 1, second: 2 }),
  /** In kibibytes; at most 2560. */
  size: u16le,
  /** At most 256. */
  entries: u16le,
});

/** GDI+ drawing at the client (TS_DRAW_GDIPLUS_CAPABILITYSET). */
export const drawGdiPlusCapability = struct("DrawGdiPlusCapability", "MS-RDPEGDI 2.2.1.3", {
  support: code(u32le, { none: 0, supported: 1 }),
  version: u32le,
  cache: code(u32le, { none: 0, levelOne: 1 }),
  /** Graphics, object brush, pen, image, image attributes: entries of each cache. */
  entries: times(5, u16le),
  /** The same without image: bytes of a chunk. */
  chunkSizes: times(4, u16le),
  /** Chunk size, total size, maximum size of the image cache. */
  imageCache: times(3, u16le),
});

export type BrushCapability = ValueOf<typeof brushCapability>;
export type GlyphCacheCapability = ValueOf<typeof glyphCacheCapability>;
export type OffscreenCacheCapability = ValueOf<typeof offscreenCacheCapability>;
export type DrawNineGridCacheCapability = ValueOf<typeof drawNineGridCacheCapability>;
export type DrawGdiPlusCapability = ValueOf<typeof drawGdiPlusCapability>;
