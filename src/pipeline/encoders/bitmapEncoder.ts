import { copyPixelsInto, crop, newPixels } from "#base/pixels.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import { toDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import { encodeInterleaved } from "#codecs/interleaved/encode.ts";
import { encodePlanar, flags as planarFlags } from "#codecs/planar/encode.ts";
import type { BitmapData } from "#protocol/share/output/bitmapUpdate.ts";
import { fastPathGraphics } from "#protocol/share/output/fastPathUpdate.ts";
import type { Pixels } from "#base/pixels.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";

export interface BitmapEncoderOptions {
  readonly depth: PixelDepth;
  readonly updateBytesMax: number;
  /** Whether the client takes planar bitmaps without an alpha plane (DRAW_ALLOW_SKIP_ALPHA). */
  readonly skipAlpha: boolean;
}

/** Bitmap updates, which every client takes: planar at 32 bpp, interleaved RLE below. Without loss at 24 and 32 bpp. */
export class BitmapEncoder implements Encoder {
  readonly name: string;
  readonly acknowledged = false;
  readonly tellsSize = false;
  readonly movesParts = false;
  readonly #depth: PixelDepth;
  readonly #updateBytesMax: number;
  readonly #skipAlpha: boolean;

  constructor(options: BitmapEncoderOptions) {
    this.#depth = options.depth;
    this.#skipAlpha = options.skipAlpha;
    this.#updateBytesMax = options.updateBytesMax;
    this.name = options.depth === 32 ? "planar bitmaps" : `interleaved bitmaps at ${options.depth} bpp`;
  }

  begin(_size: Size): readonly Outgoing[] {
    if (this.#depth !== 8) return [];
    return [this.#outgoing({ is: "palette", colors: fixedPalette })];
  }

  encode(frame: Frame): EncodedFrame {
    const messages: Outgoing[] = [];
    let bitmaps: BitmapData[] = [];
    let bytes = 0;
    for (const area of frame.areas) {
      const bitmap = this.bitmapOf(frame.pixels, area);
      // Clients without fragments take no more than one message.
      if (0 < bitmaps.length && messageBytesMax < bytes + bitmap.data.length + bitmapOverhead) {
        messages.push(this.#outgoing({ is: "bitmaps", bitmaps }));
        bitmaps = [];
        bytes = 0;
      }
      bitmaps.push(bitmap);
      bytes += bitmap.data.length + bitmapOverhead;
    }
    if (0 < bitmaps.length) messages.push(this.#outgoing({ is: "bitmaps", bitmaps }));
    return { messages, lossy: [] };
  }

  /** One area as it goes into a bitmap update; widths are multiples of four, as old clients need it. */
  bitmapOf(pixels: Pixels, area: Rectangle): BitmapData {
    const wide = widened(area, pixels.width);
    const picture = crop(pixels, wide.source);
    const place = { destination: area, width: wide.width, height: area.height, bitsPerPixel: this.#depth };
    if (this.#depth === 32) {
      const data = encodePlanar(filledUp(picture, wide.width), {
        rows: "bottomUp",
        keepAlpha: !this.#skipAlpha,
      });
      // rdesktop drops every planar bitmap whose header is not 0x10: run length, with alpha.
      const isTaken = this.#skipAlpha || data[0] === planarFlags.runLength;
      if (isTaken) return { ...place, packing: { is: "compressed" }, data };
    }
    const raw = toDepth(picture, this.#depth, { rows: "bottomUp", widthMultiple: 4 });
    const packed = this.#depth === 32 ? undefined : encodeInterleaved(picture, this.#depth);
    if (packed !== undefined && packed.length < raw.length) {
      return { ...place, packing: { is: "compressed" }, data: packed };
    }
    return { ...place, packing: { is: "raw" }, data: raw };
  }

  #outgoing(value: Parameters<typeof fastPathGraphics>[0]): Outgoing {
    return { to: "wire", bytes: fastPathGraphics(value, { updateBytesMax: this.#updateBytesMax }) };
  }
}

/** The area made a multiple of four wide with pixels from its right, or as many as there are. */
function widened(area: Rectangle, screenWidth: number): { readonly source: Rectangle; readonly width: number } {
  const width = Math.ceil(area.width / 4) * 4;
  return { source: { ...area, width: Math.min(width, screenWidth - area.x) }, width };
}

/** Rows made `width` pixels long by repeating their last one, where the screen ends before. */
function filledUp(picture: Pixels, width: number): Pixels {
  if (picture.width === width) return picture;
  const filled = newPixels({ width, height: picture.height });
  copyPixelsInto(filled, picture);
  for (let y = 0; y < filled.height; y++) {
    const end = (y + 1) * filled.stride;
    const last = end - (width - picture.width) * 4 - 4;
    for (let at = last + 4; at < end; at += 4) filled.data.copyWithin(at, last, last + 4);
  }
  return filled;
}

const messageBytesMax = 16_000;
const bitmapOverhead = 18;
