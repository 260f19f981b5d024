import type { ValueOf } from "#base/bytes/codec.ts";
import { boolean, flags, ignored, padding, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** Size and depth of the desktop and how bitmaps may be compressed (TS_BITMAP_CAPABILITYSET). */
export const bitmapCapability = struct("BitmapCapability", "MS-RDPBCGR 2.2.7.1.2", {
  /** From the server: the depth of the session, 8, 15, 16, 24 or 32; from the client: the depth it asked for. */
  preferredBitsPerPixel: u16le,
  receive1BitPerPixel: ignored(u16le, 1),
  receive4BitsPerPixel: ignored(u16le, 1),
  receive8BitsPerPixel: ignored(u16le, 1),
  desktopWidth: u16le,
  desktopHeight: u16le,
  padding: padding(2),
  /** The client lives on when the desktop's size changes with a new Demand Active. */
  desktopResize: boolean(u16le),
  bitmapCompression: ignored(u16le, 1),
  highColor: ignored(u8),
  drawing: flags(u8, { dynamicColorFidelity: 0x02, colorSubsampling: 0x04, skipAlpha: 0x08, unused: 0x10 }),
  multipleRectangles: ignored(u16le, 1),
  paddingAtEnd: paddingAtEnd(2),
});
export type BitmapCapability = ValueOf<typeof bitmapCapability>;
