import type { Point, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { findCapability, type CapabilitySet } from "../capabilities/capabilitySet.ts";
import type { PointerShape, PointerUpdate } from "./pointerUpdate.ts";

/** What pointers a client takes. */
export interface PointerAbilities {
  /** New Pointer updates of any depth; otherwise only 24 bpp colour pointers. */
  readonly anyDepth: boolean;
  /** The largest width and height, in pixels: 32, 96 or 384. */
  readonly sideMax: number;
  /** One bit a pixel, for clients that draw no colours; only with `anyDepth`. */
  readonly monochrome?: boolean;
}

/**
 * What the client's capabilities say about pointers, and how many it keeps. Large ones need room for such an update,
 * too.
 */
export function pointerAbilities(sets: readonly CapabilitySet[]): PointerAbilities & { readonly cells: number } {
  const pointer = findCapability(sets, "pointerCapability");
  const large = findCapability(sets, "largePointerCapability")?.support ?? [];
  const updateBytes = findCapability(sets, "multifragmentUpdateCapability")?.requestSizeMax ?? 0;
  const cacheSize = pointer?.cacheSize ?? 0;
  const anyDepth = 0 < cacheSize;
  const cells = Math.max(1, anyDepth ? cacheSize : (pointer?.colorCacheSize ?? 0));
  if (!anyDepth) return { anyDepth, sideMax: 32, cells };
  if (large.includes("upTo384") && bytesFor384 <= updateBytes) return { anyDepth, sideMax: 384, cells };
  if (0 < large.length && bytesFor96 <= updateBytes) return { anyDepth, sideMax: 96, cells };
  return { anyDepth, sideMax: 32, cells };
}

/** A cursor as a desktop has it: BGRA with straight alpha, top row first. */
export interface Cursor {
  readonly hotspot: Point;
  readonly pixels: Pixels;
}

/**
 * The pointer update that shows the cursor at a client, kept in its cell `cacheIndex`. A cursor larger than the
 * client takes is made smaller; one without a visible pixel hides the pointer.
 */
export function pointerOf(
  cursor: Cursor & { readonly cacheIndex: number },
  abilities: PointerAbilities,
): PointerUpdate {
  const { pixels, hotspot } = fitted(cursor, abilities.anyDepth ? abilities.sideMax : Math.min(abilities.sideMax, 32));
  const { width, height } = pixels;
  if (isInvisible(pixels)) return { is: "hidden" };
  const shape = { cacheIndex: cursor.cacheIndex, hotspot, width, height };
  if (!abilities.anyDepth) return { is: "color", ...shape, ...masks24(pixels) };
  if (abilities.monochrome === true) {
    // One bit a pixel is the one depth whose rows go from the top down.
    const options = { topDown: true, opaqueFrom: 128 };
    const masks = { xorMask: monochromeMask(pixels), andMask: andMaskOf(pixels, options) };
    return { is: "new", bitsPerPixel: 1, ...shape, ...masks };
  }
  const masks = { xorMask: xorMask32(pixels), andMask: andMaskOf(pixels, { topDown: false, opaqueFrom: 1 }) };
  return { is: 96 < Math.max(width, height) ? "large" : "new", bitsPerPixel: 32, ...shape, ...masks };
}

function masks24(pixels: Pixels): Pick<PointerShape, "xorMask" | "andMask"> {
  const stride = evenBytes(pixels.width * 3);
  const xorMask = new Uint8Array(stride * pixels.height);
  for (let y = 0; y < pixels.height; y++) {
    let from = pixels.offset + y * pixels.stride;
    let to = (pixels.height - 1 - y) * stride;
    for (let x = 0; x < pixels.width; x++, from += 4, to += 3) {
      if (pixels.data[from + 3]! < 128) continue;
      xorMask[to] = pixels.data[from]!;
      xorMask[to + 1] = pixels.data[from + 1]!;
      xorMask[to + 2] = pixels.data[from + 2]!;
    }
  }
  return { xorMask, andMask: andMaskOf(pixels, { topDown: false, opaqueFrom: 128 }) };
}

/** Pixels with their alpha, bottom row first; what can't be seen is all zero, so that no client inverts it. */
function xorMask32(pixels: Pixels): Uint8Array {
  const { width, height, data } = pixels;
  const mask = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = pixels.offset + y * pixels.stride;
    const to = (height - 1 - y) * width * 4;
    mask.set(data.subarray(from, from + width * 4), to);
    for (let at = to; at < to + width * 4; at += 4) if (mask[at + 3] === 0) mask.fill(0, at, at + 4);
  }
  return mask;
}

/** White where the pixel is light, one bit a pixel, top row first. */
function monochromeMask(pixels: Pixels): Uint8Array {
  const stride = evenBytes((pixels.width + 7) >> 3);
  const mask = new Uint8Array(stride * pixels.height);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const at = pixels.offset + y * pixels.stride + x * 4;
      const { data } = pixels;
      const light = data[at]! * 29 + data[at + 1]! * 150 + data[at + 2]! * 77;
      if (128 <= data[at + 3]! && 128 * 256 <= light) mask[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  return mask;
}

/** A bit for each pixel through which the screen is seen: alpha below `opaqueFrom`. Rows are padded to two bytes. */
function andMaskOf(pixels: Pixels, options: { readonly topDown: boolean; readonly opaqueFrom: number }): Uint8Array {
  const stride = evenBytes((pixels.width + 7) >> 3);
  const mask = new Uint8Array(stride * pixels.height);
  for (let y = 0; y < pixels.height; y++) {
    const row = (options.topDown ? y : pixels.height - 1 - y) * stride;
    const from = pixels.offset + y * pixels.stride;
    for (let x = 0; x < pixels.width; x++) {
      if (pixels.data[from + x * 4 + 3]! < options.opaqueFrom) mask[row + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  return mask;
}

/** The cursor, by nearest neighbours no larger than `largest`, its hotspot at the same place of the picture. */
function fitted(cursor: Cursor, largest: number): Cursor {
  const { pixels, hotspot } = cursor;
  const longest = Math.max(pixels.width, pixels.height);
  const inside = { x: clamp(hotspot.x, pixels.width), y: clamp(hotspot.y, pixels.height) };
  if (longest <= largest) return { pixels, hotspot: inside };
  const scale = (length: number): number => Math.max(1, Math.floor((length * largest) / longest));
  const size: Size = { width: scale(pixels.width), height: scale(pixels.height) };
  const data = new Uint8Array(size.width * size.height * 4);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const fromX = Math.floor((x * pixels.width) / size.width);
      const fromY = Math.floor((y * pixels.height) / size.height);
      const from = pixels.offset + fromY * pixels.stride + fromX * 4;
      data.set(pixels.data.subarray(from, from + 4), (y * size.width + x) * 4);
    }
  }
  return {
    pixels: { ...size, data, offset: 0, stride: size.width * 4 },
    hotspot: {
      x: clamp(Math.floor((inside.x * size.width) / pixels.width), size.width),
      y: clamp(Math.floor((inside.y * size.height) / pixels.height), size.height),
    },
  };
}

function isInvisible(pixels: Pixels): boolean {
  for (let y = 0; y < pixels.height; y++) {
    const row = pixels.offset + y * pixels.stride;
    for (let at = row + 3; at < row + pixels.width * 4; at += 4) if (pixels.data[at] !== 0) return false;
  }
  return true;
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(value, length - 1));
}

function evenBytes(count: number): number {
  return (count + 1) & ~1;
}

/** What MS-RDPBCGR 2.2.7.2.7 asks of the multifragment capability for pointers of 96 and of 384 pixels. */
const bytesFor96 = 38_055;
const bytesFor384 = 608_299;
