import type { Size } from "./geometry.ts";

/**
 * A picture in memory, top row first, four bytes a pixel in the order blue, green, red, unused (X11 depth 24 and RDP 32
 * bpp on little-endian machines). Row `y` starts at byte `offset + y * stride`. Codecs ignore the unused byte and write
 * it as 0xff.
 */
export interface Pixels extends Size {
  readonly data: Uint8Array;
  /** Of the first pixel, in bytes. */
  readonly offset: number;
  /** From one row to the next, in bytes; at least 4 * width. */
  readonly stride: number;
}

/** A picture of its own, all black. */
export function newPixels(size: Size): Pixels {
  return { ...size, data: new Uint8Array(size.width * size.height * 4), offset: 0, stride: size.width * 4 };
}

/** A part of a picture, over the same memory. The part must lie inside. */
export function crop(pixels: Pixels, part: { readonly x: number; readonly y: number } & Size): Pixels {
  if (part.x < 0 || part.y < 0 || pixels.width < part.x + part.width || pixels.height < part.y + part.height) {
    throw new RangeError(
      `${part.width}x${part.height}+${part.x}+${part.y} is not inside ${pixels.width}x${pixels.height}`,
    );
  }
  return {
    data: pixels.data,
    offset: pixels.offset + part.y * pixels.stride + part.x * 4,
    stride: pixels.stride,
    width: part.width,
    height: part.height,
  };
}

/** Copies `source` over the top left corner of `target`, as far as both reach. */
export function copyPixelsInto(target: Pixels, source: Pixels): void {
  const bytes = Math.min(source.width, target.width) * 4;
  const rows = Math.min(source.height, target.height);
  for (let y = 0; y < rows; y++) {
    const from = source.offset + y * source.stride;
    target.data.set(source.data.subarray(from, from + bytes), target.offset + y * target.stride);
  }
}
