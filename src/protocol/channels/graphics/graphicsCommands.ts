import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { choice } from "#base/bytes/choice.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, ignored, list, listToEnd, mapped, sizedBytes } from "#base/bytes/fields.ts";
import { u16le, u32le, u64le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { milliseconds, type Milliseconds } from "#base/units.ts";
import { graphicsCapabilitySet } from "./capabilitySet.ts";
import { color32, graphicsMonitor, point16, rectangle16 } from "./geometry.ts";

/** How a picture in wireToSurface1 is coded. MS-RDPEGFX 2.2.2.1 */
export const surfaceCodecs = {
  uncompressed: 0x0000,
  remoteFx: 0x0003,
  clearCodec: 0x0008,
  planar: 0x000a,
  avc420: 0x000b,
  alpha: 0x000c,
  avc444: 0x000e,
  avc444v2: 0x000f,
} as const;

/** How a picture in wireToSurface2 is coded: codecs that remember. MS-RDPEGFX 2.2.2.2 */
export const contextCodecs = { progressive: 0x0009, progressiveV2: 0x000d } as const;

/** MS-RDPEGFX 2.2.1.4 */
export const pixelFormats = { xrgb8888: 0x20, argb8888: 0x21 } as const;

const pixelFormat = code(u8, pixelFormats);
const surfaceId = u16le;
const bitmapData = sizedBytes(u32le, { atMost: limits.graphicsCommandBytes });
const points = list(u16le, point16, { atMost: limits.graphicsTargets });

/** A picture for a part of a surface. `data` is lent when read. */
export const wireToSurface1 = struct("WireToSurface1", "MS-RDPEGFX 2.2.2.1", {
  surfaceId,
  codec: code(u16le, surfaceCodecs),
  pixelFormat,
  destination: rectangle16,
  data: bitmapData,
});

/** A picture whose place is in its data. `data` is lent when read. */
export const wireToSurface2 = struct("WireToSurface2", "MS-RDPEGFX 2.2.2.2", {
  surfaceId,
  codec: code(u16le, contextCodecs),
  contextId: u32le,
  pixelFormat,
  data: bitmapData,
});

export const deleteEncodingContext = struct("DeleteEncodingContext", "MS-RDPEGFX 2.2.2.3", {
  surfaceId,
  contextId: u32le,
});

export const solidFill = struct("SolidFill", "MS-RDPEGFX 2.2.2.4", {
  surfaceId,
  color: color32,
  rectangles: list(u16le, rectangle16, { atMost: limits.graphicsTargets }),
});

/** Copies a part of a surface to other places, of the same surface or of another. */
export const surfaceToSurface = struct("SurfaceToSurface", "MS-RDPEGFX 2.2.2.5", {
  sourceSurfaceId: surfaceId,
  targetSurfaceId: surfaceId,
  source: rectangle16,
  targets: points,
});

/** `cacheKey` names the picture across connections; slots count from 1. */
export const surfaceToCache = struct("SurfaceToCache", "MS-RDPEGFX 2.2.2.6", {
  surfaceId,
  cacheKey: u64le,
  cacheSlot: u16le,
  source: rectangle16,
});

export const cacheToSurface = struct("CacheToSurface", "MS-RDPEGFX 2.2.2.7", {
  cacheSlot: u16le,
  surfaceId,
  targets: points,
});

export const evictCacheEntry = struct("EvictCacheEntry", "MS-RDPEGFX 2.2.2.8", { cacheSlot: u16le });

export const createSurface = struct("CreateSurface", "MS-RDPEGFX 2.2.2.9", {
  surfaceId,
  width: u16le,
  height: u16le,
  pixelFormat,
});

export const deleteSurface = struct("DeleteSurface", "MS-RDPEGFX 2.2.2.10", { surfaceId });

/** `timeOfDay` is for measuring only; it wraps every day. */
export const startFrame = struct("StartFrame", "MS-RDPEGFX 2.2.2.11", {
  timeOfDay: mapped(u32le, { decode: timeOfDay, encode: packTimeOfDay }),
  frameId: u32le,
});

export const endFrame = struct("EndFrame", "MS-RDPEGFX 2.2.2.12", { frameId: u32le });

/**
 * The client has decoded a frame. `queueDepth`: bytes that wait at the client undecoded; "unavailable" when it does not
 * know; "suspended" when it will acknowledge no more until it says otherwise.
 */
export const frameAcknowledge = struct("FrameAcknowledge", "MS-RDPEGFX 2.2.2.13", {
  queueDepth: mapped(u32le, {
    decode: (raw) => (raw === 0 ? "unavailable" : raw === 0xffff_ffff ? "suspended" : raw),
    encode: (depth: number | "unavailable" | "suspended") =>
      depth === "unavailable" ? 0 : depth === "suspended" ? 0xffff_ffff : depth,
  }),
  frameId: u32le,
  framesDecoded: u32le,
});

/**
 * The size of everything and the monitors in it, padded to 340 bytes with the header. All surfaces are gone after it.
 */
export const resetGraphics = struct("ResetGraphics", "MS-RDPEGFX 2.2.2.14", {
  width: outputSize("width"),
  height: outputSize("height"),
  monitors: paddedTo(324, list(u32le, graphicsMonitor, { atMost: limits.monitors })),
});

export const mapSurfaceToOutput = struct("MapSurfaceToOutput", "MS-RDPEGFX 2.2.2.15", {
  surfaceId,
  reserved: ignored(u16le),
  x: u32le,
  y: u32le,
});

/** What the client still has from an earlier connection. */
export const cacheImportOffer = struct("CacheImportOffer", "MS-RDPEGFX 2.2.2.16", {
  entries: list(
    u16le,
    struct("CacheEntryMetadata", "MS-RDPEGFX 2.2.2.16.1", {
      cacheKey: u64le,
      /** Bytes of the picture, four a pixel. */
      bitmapLength: u32le,
    }),
    { atMost: limits.graphicsCacheEntries },
  ),
});

/** The slots for the first so many of the entries offered; the rest is forgotten. */
export const cacheImportReply = struct("CacheImportReply", "MS-RDPEGFX 2.2.2.17", {
  cacheSlots: list(u16le, u16le, { atMost: limits.graphicsCacheEntries }),
});

export const capsAdvertise = struct("CapsAdvertise", "MS-RDPEGFX 2.2.2.18", {
  sets: list(u16le, graphicsCapabilitySet, { atMost: limits.graphicsCapabilitySets }),
});

export const capsConfirm = struct("CapsConfirm", "MS-RDPEGFX 2.2.2.19", { set: graphicsCapabilitySet });

export const mapSurfaceToWindow = struct("MapSurfaceToWindow", "MS-RDPEGFX 2.2.2.20", {
  surfaceId,
  windowId: u64le,
  mappedWidth: u32le,
  mappedHeight: u32le,
});

/**
 * How long the client took, in milliseconds: when it began (`timestamp`, of its own clock), from there to the end of
 * decoding, and from there until the frame was on the screen. A time over 65 s is 0.
 */
export const qoeFrameAcknowledge = struct("QoeFrameAcknowledge", "MS-RDPEGFX 2.2.2.21", {
  frameId: u32le,
  timestamp: u32le,
  startToEnd: u16le,
  endToRendered: u16le,
});

export const mapSurfaceToScaledOutput = struct("MapSurfaceToScaledOutput", "MS-RDPEGFX 2.2.2.22", {
  surfaceId,
  reserved: ignored(u16le),
  x: u32le,
  y: u32le,
  targetWidth: u32le,
  targetHeight: u32le,
});

export const mapSurfaceToScaledWindow = struct("MapSurfaceToScaledWindow", "MS-RDPEGFX 2.2.2.23", {
  surfaceId,
  windowId: u64le,
  mappedWidth: u32le,
  mappedHeight: u32le,
  targetWidth: u32le,
  targetHeight: u32le,
});

/** Every command of the graphics pipeline, with its RDPGFX_HEADER. */
export const graphicsCommand = choice(
  "GraphicsCommand",
  "MS-RDPEGFX 2.2.1.5",
  u16le,
  {
    0x0001: wireToSurface1,
    0x0002: wireToSurface2,
    0x0003: deleteEncodingContext,
    0x0004: solidFill,
    0x0005: surfaceToSurface,
    0x0006: surfaceToCache,
    0x0007: cacheToSurface,
    0x0008: evictCacheEntry,
    0x0009: createSurface,
    0x000a: deleteSurface,
    0x000b: startFrame,
    0x000c: endFrame,
    0x000d: frameAcknowledge,
    0x000e: resetGraphics,
    0x000f: mapSurfaceToOutput,
    0x0010: cacheImportOffer,
    0x0011: cacheImportReply,
    0x0012: capsAdvertise,
    0x0013: capsConfirm,
    0x0015: mapSurfaceToWindow,
    0x0016: qoeFrameAcknowledge,
    0x0017: mapSurfaceToScaledOutput,
    0x0018: mapSurfaceToScaledWindow,
  },
  { length: u32le, counts: "whole", filler: 2, atMost: limits.graphicsCommandBytes },
);
export type GraphicsCommand = ValueOf<typeof graphicsCommand>;

/** The commands of one message of the channel: from the client as they are, from the server after decompression. */
export const graphicsCommands: Codec<readonly GraphicsCommand[]> = listToEnd(graphicsCommand, {
  atMost: limits.graphicsCommands,
});

/** Bits from the top: hours 10, minutes 6, seconds 6, milliseconds 10. */
function timeOfDay(raw: number): Milliseconds {
  const hours = raw >>> 22;
  const minutes = (raw >>> 16) & 63;
  const seconds = (raw >>> 10) & 63;
  return milliseconds(((hours * 60 + minutes) * 60 + seconds) * 1000 + (raw & 1023));
}

function packTimeOfDay(time: Milliseconds): number {
  const seconds = Math.floor(time / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60) & 1023;
  return ((hours << 22) | ((minutes % 60) << 16) | ((seconds % 60) << 10) | Math.floor(time % 1000)) >>> 0;
}

function outputSize(of: string): Codec<number> {
  const limit = limits.graphicsOutputSize;
  return {
    size: () => 4,
    write: (writer, value) => writer.u32le(value),
    read: (reader) => {
      const at = reader.offset;
      const got = reader.u32le();
      if (!(got <= limit)) throw new DecodeError({ is: "overLimit", limit, got, of }, at);
      return got;
    },
  };
}

/** `inner` in exactly `count` bytes; what it leaves is zero when written and ignored when read. */
function paddedTo<T>(count: number, inner: Codec<T>): Codec<T> {
  return {
    size: () => count,
    write: (writer, value) => {
      const start = writer.offset;
      inner.write(writer, value);
      writer.zeros(count - (writer.offset - start));
    },
    read: (reader) => inner.read(reader.within(count)),
  };
}
