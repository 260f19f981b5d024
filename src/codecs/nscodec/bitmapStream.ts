import type { ValueOf } from "#base/bytes/codec.ts";
import { ignored } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Size } from "#base/geometry.ts";

/**
 * What stands before the four planes of an NSCODEC_BITMAP_STREAM. A plane of its full size is sent as it is, others as
 * runs.
 */
export const nscodecHeader = struct("NscodecHeader", "MS-RDPNSC 2.2.2", {
  lumaByteCount: u32le,
  orangeByteCount: u32le,
  greenByteCount: u32le,
  /** Zero when there is no alpha plane. */
  alphaByteCount: u32le,
  colourLossLevel: u8,
  chromaSubsamplingLevel: u8,
  reserved: ignored(u16le),
});
export type NscodecHeader = ValueOf<typeof nscodecHeader>;

/** The sizes of the planes of a bitmap of `size`: with subsampling luma rows are filled up to a multiple of eight. */
export function planeSizes(size: Size, options: { readonly subsampled: boolean }): { luma: Size; chroma: Size } {
  if (!options.subsampled) return { luma: size, chroma: size };
  const luma = { width: Math.ceil(size.width / 8) * 8, height: size.height };
  return { luma, chroma: { width: luma.width / 2, height: (size.height + 1) >> 1 } };
}
