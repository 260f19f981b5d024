import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code } from "#base/bytes/fields.ts";
import { u16le, u32le, u64le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { exclusiveRectangle } from "../wireRectangle.ts";

/** Identity and time of a bitmap (TS_COMPRESSED_BITMAP_HEADER_EX); rarely sent. */
const bitmapIdentity = struct("SurfaceBitmapIdentity", "MS-RDPBCGR 2.2.9.2.1.1.1", {
  high: u32le,
  low: u32le,
  milliseconds: u64le,
  seconds: u64le,
});

/**
 * A bitmap of a surface command (TS_BITMAP_DATA_EX), compressed by the codec that the client calls `codecId`; 0: raw.
 */
export interface SurfaceBitmap {
  readonly bitsPerPixel: number;
  readonly codecId: number;
  readonly width: number;
  readonly height: number;
  readonly identity?: ValueOf<typeof bitmapIdentity>;
  /** Lent when read. */
  readonly data: Uint8Array;
}

const surfaceBitmap: Codec<SurfaceBitmap> = {
  size: (bitmap) => 12 + (bitmap.identity === undefined ? 0 : 24) + bitmap.data.length,
  write: (writer, bitmap) => {
    writer.u8(bitmap.bitsPerPixel);
    writer.u8(bitmap.identity === undefined ? 0 : identityFlag);
    writer.u8(0);
    writer.u8(bitmap.codecId);
    writer.u16le(bitmap.width);
    writer.u16le(bitmap.height);
    writer.u32le(bitmap.data.length);
    if (bitmap.identity !== undefined) bitmapIdentity.write(writer, bitmap.identity);
    writer.put(bitmap.data);
  },
  read: (reader) => {
    const bitsPerPixel = reader.u8();
    const flags = reader.u8();
    reader.take(1);
    const head = { bitsPerPixel, codecId: reader.u8(), width: reader.u16le(), height: reader.u16le() };
    const at = reader.offset;
    const length = reader.u32le();
    if (!(length <= limits.updateBytes))
      throw new DecodeError({ is: "overLimit", limit: limits.updateBytes, got: length, of: "length" }, at);
    if ((flags & identityFlag) === 0) return { ...head, data: reader.take(length) };
    return { ...head, identity: bitmapIdentity.read(reader), data: reader.take(length) };
  },
};

/** A bitmap put on the screen (TS_SURFCMD_SET_SURF_BITS, TS_SURFCMD_STREAM_SURF_BITS). */
export const surfaceBits = struct("SurfaceBits", "MS-RDPBCGR 2.2.9.2.1", {
  destination: exclusiveRectangle,
  bitmap: surfaceBitmap,
});

/** Where a frame begins and ends (TS_FRAME_MARKER). */
export const frameMarker = struct("FrameMarker", "MS-RDPBCGR 2.2.9.2.3", {
  action: code(u16le, { begin: 0, end: 1 }),
  frameId: u32le,
});

/** One command of a surface commands update. `streamSurfaceBits` is for codecs that keep state. */
export type SurfaceCommand =
  | ({ readonly is: "setSurfaceBits" } & ValueOf<typeof surfaceBits>)
  | ({ readonly is: "streamSurfaceBits" } & ValueOf<typeof surfaceBits>)
  | ({ readonly is: "frameMarker" } & ValueOf<typeof frameMarker>);

/** A surface command with its type in front. Commands carry no length: an unknown one is a DecodeError. */
export const surfaceCommand: Codec<SurfaceCommand> = {
  size: (command) => 2 + (command.is === "frameMarker" ? frameMarker.size(command) : surfaceBits.size(command)),
  write: (writer, command) => {
    writer.u16le(commandTypes[command.is]);
    if (command.is === "frameMarker") frameMarker.write(writer, command);
    else surfaceBits.write(writer, command);
  },
  read: (reader) => readCommand(reader),
};

function readCommand(reader: Reader): SurfaceCommand {
  const at = reader.offset;
  const type = reader.u16le();
  switch (type) {
    case commandTypes.setSurfaceBits:
      return { is: "setSurfaceBits", ...surfaceBits.read(reader) };
    case commandTypes.streamSurfaceBits:
      return { is: "streamSurfaceBits", ...surfaceBits.read(reader) };
    case commandTypes.frameMarker:
      return { is: "frameMarker", ...frameMarker.read(reader) };
    default:
      throw new DecodeError({ is: "wrongValue", expected: "a surface command", got: type }, at);
  }
}

const identityFlag = 0x01;
const commandTypes = { setSurfaceBits: 1, frameMarker: 4, streamSurfaceBits: 6 } as const;
