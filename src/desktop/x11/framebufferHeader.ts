import { decode } from "#base/bytes/codec.ts";
import { constant, ignored } from "#base/bytes/fields.ts";
import { u32be } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { ValueOf } from "#base/bytes/codec.ts";

/**
 * The head of an X window dump as Xvfb keeps it in its framebuffer file, up to the window's place, which we do not
 * read.
 */
export const framebufferHeader = struct("XWDFileHeader", "X11/XWDFile.h", {
  /** With the name behind it; the colours follow. */
  headerSize: u32be,
  fileVersion: constant(u32be, 7),
  pixmapFormat: constant(u32be, 2),
  depth: u32be,
  width: u32be,
  height: u32be,
  xOffset: constant(u32be, 0),
  /** 0: least significant byte first. */
  byteOrder: constant(u32be, 0),
  bitmapUnit: ignored(u32be, 32),
  bitmapBitOrder: ignored(u32be),
  bitmapPad: ignored(u32be, 32),
  bitsPerPixel: constant(u32be, 32),
  bytesPerLine: u32be,
  visualClass: ignored(u32be, 4),
  redMask: constant(u32be, 0xff0000),
  greenMask: constant(u32be, 0x00ff00),
  blueMask: constant(u32be, 0x0000ff),
  bitsPerColor: ignored(u32be, 8),
  colormapEntries: ignored(u32be, 256),
  /** 12 bytes each. */
  colorCount: u32be,
});
export type FramebufferHeader = ValueOf<typeof framebufferHeader>;

export const FRAMEBUFFER_HEADER_BYTES = 80;

/** Where the pixels begin, in bytes. */
export const pixelOffset = (header: FramebufferHeader): number => header.headerSize + header.colorCount * 12;

/** Throws DecodeError when it is not a 32-bit blue-green-red picture. */
export const readFramebufferHeader = (bytes: Uint8Array): FramebufferHeader =>
  decode(framebufferHeader, bytes.subarray(0, FRAMEBUFFER_HEADER_BYTES));
