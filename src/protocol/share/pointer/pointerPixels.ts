import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import type { PointerShape } from "./pointerUpdate.ts";

/**
 * A received pointer as BGRA with straight alpha, top row first, a new picture: what a client shows. Where the masks
 * ask to invert the screen (white, seen through), the pixel is black in even places and clear in the others, like a
 * chess board, since a picture can't invert. Another colour seen through is shown as it is, as clients do. Depths 1,
 * 16, 24 and 32; masks too short for the size are a DecodeError.
 */
export function pointerPixels(shape: PointerShape & { readonly bitsPerPixel: number }): Pixels {
  const { width, height, bitsPerPixel } = shape;
  if (!(Math.max(width, height) <= limits.pointerSide)) throw tooLarge(Math.max(width, height));
  if (![1, 16, 24, 32].includes(bitsPerPixel))
    throw new DecodeError({ is: "wrongValue", expected: "1, 16, 24 or 32 bits per pixel", got: bitsPerPixel }, 0);
  const xorStride = evenBytes((width * bitsPerPixel + 7) >> 3);
  const andStride = evenBytes((width + 7) >> 3);
  need(shape.xorMask, xorStride * height);
  // At 32 bpp some servers leave the AND mask out: alpha says it all.
  if (shape.andMask.length !== 0 || bitsPerPixel !== 32) need(shape.andMask, andStride * height);
  const pixels = newPixels({ width, height });
  for (let y = 0; y < height; y++) {
    const row = bitsPerPixel === 1 ? y : height - 1 - y;
    for (let x = 0; x < width; x++) {
      const through = bit(shape.andMask, row * andStride, x);
      const color = readColor(shape.xorMask, row * xorStride, x, bitsPerPixel);
      putPixel(pixels, { x, y }, { color, through, alphaCounts: bitsPerPixel === 32 });
    }
  }
  return pixels;
}

/** 0xAARRGGBB. */
function readColor(mask: Uint8Array, row: number, x: number, bitsPerPixel: number): number {
  switch (bitsPerPixel) {
    case 1:
      return bit(mask, row, x) ? 0xffffffff : 0xff000000;
    case 16: {
      const value = mask[row + x * 2]! | (mask[row + x * 2 + 1]! << 8);
      return (0xff000000 | (widen(value >> 10) << 16) | (widen(value >> 5) << 8) | widen(value)) >>> 0;
    }
    case 24: {
      const at = row + x * 3;
      return (0xff000000 | (mask[at + 2]! << 16) | (mask[at + 1]! << 8) | mask[at]!) >>> 0;
    }
    default: {
      const at = row + x * 4;
      return ((mask[at + 3]! << 24) | (mask[at + 2]! << 16) | (mask[at + 1]! << 8) | mask[at]!) >>> 0;
    }
  }
}

function putPixel(
  pixels: Pixels,
  { x, y }: { readonly x: number; readonly y: number },
  pixel: { readonly color: number; readonly through: boolean; readonly alphaCounts: boolean },
): void {
  const at = y * pixels.stride + x * 4;
  const { through, alphaCounts } = pixel;
  const black = alphaCounts ? pixel.color === 0xff000000 : (pixel.color & 0xffffff) === 0;
  const white = pixel.color === 0xffffffff;
  let color = pixel.color;
  if (through && black) color = 0;
  else if (through && white) color = (x + y) % 2 === 0 ? 0xff000000 : 0;
  pixels.data[at] = color & 0xff;
  pixels.data[at + 1] = (color >>> 8) & 0xff;
  pixels.data[at + 2] = (color >>> 16) & 0xff;
  pixels.data[at + 3] = color >>> 24;
}

/** Five bits as eight. */
function widen(five: number): number {
  return ((five & 31) << 3) | ((five & 31) >> 2);
}

function bit(mask: Uint8Array, row: number, x: number): boolean {
  return (((mask[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) !== 0;
}

function need(mask: Uint8Array, needBytes: number): void {
  if (mask.length < needBytes) throw new DecodeError({ is: "truncated", needBytes, haveBytes: mask.length }, 0);
}

function tooLarge(got: number): DecodeError {
  return new DecodeError({ is: "overLimit", limit: limits.pointerSide, got, of: "pointer size" }, 0);
}

function evenBytes(count: number): number {
  return (count + 1) & ~1;
}
