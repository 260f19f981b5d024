import type { ValueOf } from "#base/bytes/codec.ts";
import { boolean, defaultAtEnd, flags } from "#base/bytes/fields.ts";
import { u16le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** How many pointers the sender caches (TS_POINTER_CAPABILITYSET). */
export const pointerCapability = struct("PointerCapability", "MS-RDPBCGR 2.2.7.1.5", {
  color: boolean(u16le),
  /** Cells for 24 bpp colour pointers. */
  colorCacheSize: u16le,
  /** Cells for New Pointer updates of any depth; 0 (or left out) when the client knows only colour pointers. */
  cacheSize: defaultAtEnd(u16le, 0),
});
export type PointerCapability = ValueOf<typeof pointerCapability>;

/** Pointers larger than 32 by 32 pixels (TS_LARGE_POINTER_CAPABILITYSET). */
export const largePointerCapability = struct("LargePointerCapability", "MS-RDPBCGR 2.2.7.2.7", {
  support: flags(u16le, { upTo96: 0x0001, upTo384: 0x0002 }),
});
export type LargePointerCapability = ValueOf<typeof largePointerCapability>;
