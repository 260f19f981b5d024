import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import type { Rectangle } from "#base/geometry.ts";
import { toDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { encodeInterleaved } from "#codecs/interleaved/encode.ts";
import { encodePlanar, flags as planarFlags } from "#codecs/planar/encode.ts";
import type { BitmapData } from "#protocol/share/output/bitmapUpdate.ts";

/** Says areas as every client takes them: planar at 32 bpp, interleaved RLE below; without loss at 24 and 32 bpp. */
export class ExactBitmaps {
  readonly depth: PixelDepth;
  readonly #skipAlpha: boolean;

  constructor(options: {
    readonly depth: PixelDepth;
    /** Whether the client takes planar bitmaps without an alpha plane (DRAW_ALLOW_SKIP_ALPHA). */
    readonly skipAlpha: boolean;
  }) {
    this.depth = options.depth;
    this.#skipAlpha = options.skipAlpha;
  }

  get codec(): "planar" | "interleaved" {
    return this.depth === 32 ? "planar" : "interleaved";
  }

  /** One area as it goes into a bitmap update; widths are multiples of four, as old clients need it. */
  bitmapOf(pixels: Pixels, area: Rectangle): BitmapData {
    const wide = widened(area, pixels.width);
    const picture = crop(pixels, wide.source);
    const place = { destination: area, width: wide.width, height: area.height, bitsPerPixel: this.depth };
    if (this.depth === 32) {
      const data = encodePlanar(filledUp(picture, wide.width), {
        rows: "bottomUp",
        keepAlpha: !this.#skipAlpha,
      });
      // rdesktop drops every planar bitmap whose header is not 0x10: run length, with alpha.
      const isTaken = this.#skipAlpha || data[0] === planarFlags.runLength;
      if (isTaken) return { ...place, packing: { is: "compressed" }, data };
    }
    const raw = toDepth(picture, this.depth, { rows: "bottomUp", widthMultiple: 4 });
    const packed = this.depth === 32 ? undefined : encodeInterleaved(picture, this.depth);
    if (packed !== undefined && packed.length < raw.length) {
      return { ...place, packing: { is: "compressed" }, data: packed };
    }
    return { ...place, packing: { is: "raw" }, data: raw };
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
