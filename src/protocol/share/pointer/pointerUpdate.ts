import { encode, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Point } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { UpdateCode } from "../output/fastPathUpdate.ts";

/**
 * A pointer's picture. Masks are bottom-up. A row of `xorMask` is padded to two bytes (24 and 32 bpp need none or
 * one), a row of `andMask`, one bit a pixel, too. Where the AND bit is 1 the screen shines through and is XORed; at
 * 32 bpp alpha counts.
 */
export interface PointerShape {
  /** The client's cell that keeps it. */
  readonly cacheIndex: number;
  readonly hotspot: Point;
  readonly width: number;
  readonly height: number;
  readonly xorMask: Uint8Array;
  readonly andMask: Uint8Array;
}

export type PointerUpdate =
  | { readonly is: "hidden" }
  | { readonly is: "default" }
  | { readonly is: "position"; readonly at: Point }
  | { readonly is: "cached"; readonly cacheIndex: number }
  /** 24 bpp; what clients without New Pointer take. */
  | ({ readonly is: "color" } & PointerShape)
  /** 1, 8, 16, 24 or 32 bpp; at most 96 by 96. */
  | ({ readonly is: "new"; readonly bitsPerPixel: number } & PointerShape)
  /** The same up to 384 by 384. */
  | ({ readonly is: "large"; readonly bitsPerPixel: number } & PointerShape);

function shape(length: Codec<number>): Codec<Omit<PointerShape, "cacheIndex">> {
  return {
    size: (value) => 8 + 2 * length.size(0) + value.xorMask.length + value.andMask.length,
    write: (writer, value) => {
      writer.u16le(value.hotspot.x);
      writer.u16le(value.hotspot.y);
      writer.u16le(value.width);
      writer.u16le(value.height);
      length.write(writer, value.andMask.length);
      length.write(writer, value.xorMask.length);
      writer.put(value.xorMask);
      writer.put(value.andMask);
    },
    read: (reader) => {
      const hotspot = { x: reader.u16le(), y: reader.u16le() };
      const size = { width: reader.u16le(), height: reader.u16le() };
      const at = reader.offset;
      const andLength = length.read(reader);
      const xorLength = length.read(reader);
      const got = Math.max(andLength, xorLength);
      if (!(got <= limits.pointerMaskBytes))
        throw new DecodeError({ is: "overLimit", limit: limits.pointerMaskBytes, got, of: "length" }, at);
      const xorMask = reader.take(xorLength);
      const andMask = reader.take(andLength);
      // One byte of padding may follow.
      return { hotspot, ...size, xorMask, andMask };
    },
  };
}

/** A 24 bpp pointer (TS_COLORPOINTERATTRIBUTE). */
export const colorPointer = struct("ColorPointer", "MS-RDPBCGR 2.2.9.1.1.4.4", {
  cacheIndex: u16le,
  shape: shape(u16le),
});
/** A pointer of any depth (TS_POINTERATTRIBUTE). */
export const newPointer = struct("NewPointer", "MS-RDPBCGR 2.2.9.1.1.4.5", {
  bitsPerPixel: u16le,
  cacheIndex: u16le,
  shape: shape(u16le),
});
/** A large pointer (TS_FP_LARGEPOINTERATTRIBUTE). */
export const largePointer = struct("LargePointer", "MS-RDPBCGR 2.2.9.1.2.1.11", {
  bitsPerPixel: u16le,
  cacheIndex: u16le,
  shape: shape(u32le),
});
/** A pointer that the client has (TS_CACHEDPOINTERATTRIBUTE). */
export const cachedPointer = struct("CachedPointer", "MS-RDPBCGR 2.2.9.1.1.4.6", { cacheIndex: u16le });
/** The server moves the pointer (TS_POINTERPOSATTRIBUTE). */
export const pointerPosition = struct("PointerPosition", "MS-RDPBCGR 2.2.9.1.1.4.2", { x: u16le, y: u16le });

/** The fast-path code and body of a pointer. */
export function encodePointer(value: PointerUpdate): { readonly code: UpdateCode; readonly body: Uint8Array } {
  switch (value.is) {
    case "hidden":
      return { code: "pointerHidden", body: new Uint8Array(0) };
    case "default":
      return { code: "pointerDefault", body: new Uint8Array(0) };
    case "position":
      return { code: "pointerPosition", body: encode(pointerPosition, value.at) };
    case "cached":
      return { code: "pointerCached", body: encode(cachedPointer, value) };
    case "color":
      return { code: "pointerColor", body: encode(colorPointer, { cacheIndex: value.cacheIndex, shape: value }) };
    case "new":
      return { code: "pointerNew", body: encode(newPointer, { ...value, shape: value }) };
    case "large":
      return { code: "pointerLarge", body: encode(largePointer, { ...value, shape: value }) };
  }
}

/** The pointer of a fast-path update; undefined when the code is none of a pointer. */
export function readFastPathPointer(code: number, reader: Reader): PointerUpdate | undefined {
  switch (code) {
    case 0x5:
      return { is: "hidden" };
    case 0x6:
      return { is: "default" };
    case 0x8:
      return { is: "position", at: pointerPosition.read(reader) };
    case 0x9:
      return { is: "color", ...flat(colorPointer.read(reader)) };
    case 0xa:
      return { is: "cached", ...cachedPointer.read(reader) };
    case 0xb:
      return { is: "new", ...flat(newPointer.read(reader)) };
    case 0xc:
      return { is: "large", ...flat(largePointer.read(reader)) };
    default:
      return undefined;
  }
}

/** A slow-path pointer: a type, padding, then what fast-path updates carry; the system's pointers by a number. */
const slowPath: Codec<PointerUpdate> = {
  size: (value) => 4 + (value.is === "hidden" || value.is === "default" ? 4 : encodePointer(value).body.length),
  write: (writer, value) => {
    writer.u16le(slowPathTypes[value.is]);
    writer.u16le(0);
    if (value.is === "hidden" || value.is === "default") writer.u32le(value.is === "hidden" ? 0 : systemDefault);
    else writer.put(encodePointer(value).body);
  },
  read: (reader) => {
    const at = reader.offset;
    const type = reader.u16le();
    reader.take(2);
    if (type === slowPathTypes.hidden) return { is: reader.u32le() === 0 ? "hidden" : "default" };
    const code = fastPathCodes.get(type);
    const pointer = code === undefined ? undefined : readFastPathPointer(code, reader);
    if (pointer === undefined) throw new DecodeError({ is: "wrongValue", expected: "a pointer type", got: type }, at);
    return pointer;
  },
};

/** A pointer in the slow path (TS_POINTER_PDU). */
export const pointerUpdate = struct("Pointer", "MS-RDPBCGR 2.2.9.1.1.4", { pointer: slowPath });

function flat<T extends { readonly shape: Omit<PointerShape, "cacheIndex"> }>({
  shape,
  ...rest
}: T): Omit<T, "shape"> & Omit<PointerShape, "cacheIndex"> {
  return { ...rest, ...shape };
}

const systemDefault = 0x7f00;
const slowPathTypes = { hidden: 1, default: 1, position: 3, color: 6, cached: 7, new: 8, large: 9 } as const;
const fastPathCodes = new Map([
  [3, 0x8],
  [6, 0x9],
  [7, 0xa],
  [8, 0xb],
  [9, 0xc],
]);
export type ColorPointer = ValueOf<typeof colorPointer>;
