import { choice } from "#base/bytes/choice.ts";
import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { constant, flags, ignored, listToEnd } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";
import type { Rectangle } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import { remoteFxRectangle } from "../remotefx/messages.ts";
import type { Quantization } from "../remotefx/quantization.ts";

/** RFX_PROGRESSIVE_SYNC, first in a stream. */
export const progressiveSync = struct("ProgressiveSync", "MS-RDPEGFX 2.2.4.2.1.1", {
  magic: constant(u32le, 0xcaccacca),
  version: constant(u16le, 0x0100),
});

/** RFX_PROGRESSIVE_FRAME_BEGIN. */
export const progressiveFrameBegin = struct("ProgressiveFrameBegin", "MS-RDPEGFX 2.2.4.2.1.2", {
  index: u32le,
  regionCount: ignored(u16le, 1),
});

/** RFX_PROGRESSIVE_FRAME_END. */
export const progressiveFrameEnd = struct("ProgressiveFrameEnd", "MS-RDPEGFX 2.2.4.2.1.3", {});

/** RFX_PROGRESSIVE_CONTEXT. `subbandDiffing` is set by servers that send upgrades. */
export const progressiveContext = struct("ProgressiveContext", "MS-RDPEGFX 2.2.4.2.1.4", {
  contextId: ignored(u8, 0),
  tileSize: constant(u16le, 64),
  flags: flags(u8, { subbandDiffing: 0x01 }),
});

/** RFX_COMPONENT_CODEC_QUANT: as TS_RFX_CODEC_QUANT, but HL before LH. MS-RDPEGFX 2.2.4.2.1.5.2. */
export const componentQuantization: Codec<Quantization> = {
  size: () => 5,
  write: (writer, value) => {
    writer.u8(value.ll3 | (value.hl3 << 4));
    writer.u8(value.lh3 | (value.hh3 << 4));
    writer.u8(value.hl2 | (value.lh2 << 4));
    writer.u8(value.hh2 | (value.hl1 << 4));
    writer.u8(value.lh1 | (value.hh1 << 4));
  },
  read: (reader) => {
    const [first, second, third, fourth, fifth] = [reader.u8(), reader.u8(), reader.u8(), reader.u8(), reader.u8()];
    return {
      ll3: first & 15,
      hl3: first >> 4,
      lh3: second & 15,
      hh3: second >> 4,
      hl2: third & 15,
      lh2: third >> 4,
      hh2: fourth & 15,
      hl1: fourth >> 4,
      lh1: fifth & 15,
      hh1: fifth >> 4,
    };
  },
};

/** RFX_PROGRESSIVE_CODEC_QUANT: how many low bits of each band a pass leaves for later ones. */
export const progressiveQuantization = struct("ProgressiveQuantization", "MS-RDPEGFX 2.2.4.2.1.5.1", {
  /** In per cent, for information. */
  quality: u8,
  y: componentQuantization,
  cb: componentQuantization,
  cr: componentQuantization,
});
export type ProgressiveQuantization = ValueOf<typeof progressiveQuantization>;

/** Which quantization each plane uses, by index, and the tile's place in tiles from the top left. */
const tilePlace = {
  quantizationY: u8,
  quantizationCb: u8,
  quantizationCr: u8,
  column: u16le,
  row: u16le,
};

/** RFX_PROGRESSIVE_TILE_SIMPLE: a tile in full quality that is never upgraded. */
export const progressiveTileSimple = struct("ProgressiveTileSimple", "MS-RDPEGFX 2.2.4.2.1.5.3", {
  ...tilePlace,
  flags: flags(u8, { difference: 0x01 }),
  planes: planes(3, { tail: true }),
});

/** RFX_PROGRESSIVE_TILE_FIRST: the first pass over a tile. `quality` is an index, or 0xff for full quality. */
export const progressiveTileFirst = struct("ProgressiveTileFirst", "MS-RDPEGFX 2.2.4.2.1.5.4", {
  ...tilePlace,
  flags: flags(u8, { difference: 0x01 }),
  quality: u8,
  planes: planes(3, { tail: true }),
});

/**
 * RFX_PROGRESSIVE_TILE_UPGRADE: a further pass. Planes: for luma, blue and red difference each the SRL stream, then the
 * raw one.
 */
export const progressiveTileUpgrade = struct("ProgressiveTileUpgrade", "MS-RDPEGFX 2.2.4.2.1.5.5", {
  ...tilePlace,
  quality: u8,
  planes: planes(6, { tail: false }),
});

export const progressiveTile = choice(
  "RFX_PROGRESSIVE_TILE",
  "MS-RDPEGFX 2.2.4.2.1.5",
  u16le,
  { 0xccc5: progressiveTileSimple, 0xccc6: progressiveTileFirst, 0xccc7: progressiveTileUpgrade },
  { length: u32le, counts: "whole", atMost: limits.remoteFxBlockBytes },
);
export type ProgressiveTile = ValueOf<typeof progressiveTile>;

/** What a region holds. */
export interface RegionContent {
  readonly isReduced: boolean;
  readonly rectangles: readonly Rectangle[];
  readonly quantizations: readonly Quantization[];
  readonly qualities: readonly ProgressiveQuantization[];
  readonly tiles: readonly ProgressiveTile[];
}

// Written by hand: four counts and a length stand before the four lists.
const regionContent: Codec<RegionContent> = {
  size: ({ rectangles, quantizations, qualities, tiles }) =>
    12 + rectangles.length * 8 + quantizations.length * 5 + qualities.length * 16 + tilesSize(tiles),
  write: (writer, { isReduced, rectangles, quantizations, qualities, tiles }) => {
    writer.u8(64);
    writer.u16le(rectangles.length);
    writer.u8(quantizations.length);
    writer.u8(qualities.length);
    writer.u8(isReduced ? 1 : 0);
    writer.u16le(tiles.length);
    writer.u32le(tilesSize(tiles));
    writeAll(writer, remoteFxRectangle, rectangles);
    writeAll(writer, componentQuantization, quantizations);
    writeAll(writer, progressiveQuantization, qualities);
    writeAll(writer, progressiveTile, tiles);
  },
  read: (reader) => {
    const at = reader.offset;
    const side = reader.u8();
    if (side !== 64) throw new DecodeError({ is: "wrongValue", expected: "64", got: side }, at);
    const rectangleCount = reader.u16le();
    const [quantizationCount, qualityCount, flagBits] = [reader.u8(), reader.u8(), reader.u8()];
    const tileCount = reader.u16le();
    checkCount(rectangleCount, limits.remoteFxRectangles, at + 1);
    checkCount(tileCount, limits.remoteFxTiles, at + 6);
    const tilesBytes = reader.u32le();
    const rectangles = readAll(reader, remoteFxRectangle, rectangleCount);
    const quantizations = readAll(reader, componentQuantization, quantizationCount);
    const qualities = readAll(reader, progressiveQuantization, qualityCount);
    const within = reader.within(tilesBytes);
    const tiles = readAll(within, progressiveTile, tileCount);
    within.expectEnd();
    return { isReduced: (flagBits & 1) === 1, rectangles, quantizations, qualities, tiles };
  },
};

/** RFX_PROGRESSIVE_REGION. */
export const progressiveRegion = struct("ProgressiveRegion", "MS-RDPEGFX 2.2.4.2.1.5", { content: regionContent });

/** Any block of a progressive stream. */
export const progressiveBlock = choice(
  "RFX_PROGRESSIVE_DATABLOCK",
  "MS-RDPEGFX 2.2.4.2.1",
  u16le,
  {
    0xccc0: progressiveSync,
    0xccc1: progressiveFrameBegin,
    0xccc2: progressiveFrameEnd,
    0xccc3: progressiveContext,
    0xccc4: progressiveRegion,
  },
  { length: u32le, counts: "whole", atMost: limits.remoteFxBlockBytes },
);
export type ProgressiveBlock = ValueOf<typeof progressiveBlock>;

/** A whole stream: blocks to the end. */
export const progressiveStream: Codec<readonly ProgressiveBlock[]> = listToEnd(progressiveBlock, {
  atMost: limits.remoteFxBlocks,
});

/** `count` lengths of 16 bits, then as many runs of bytes (lent when read). `tail`: a last one that is ignored. */
function planes(count: number, { tail }: { readonly tail: boolean }): Codec<readonly Uint8Array[]> {
  return {
    size: (runs) => 2 * count + (tail ? 2 : 0) + runs.reduce((sum, run) => sum + run.length, 0),
    write: (writer, runs) => {
      if (runs.length !== count) throw new Error(`${runs.length} planes where ${count} belong`);
      for (const run of runs) writer.u16le(run.length);
      if (tail) writer.u16le(0);
      for (const run of runs) writer.put(run);
    },
    read: (reader) => {
      const lengths = Array.from({ length: count }, () => reader.u16le());
      const tailLength = tail ? reader.u16le() : 0;
      const runs = lengths.map((length) => reader.take(length));
      reader.take(tailLength);
      return runs;
    },
  };
}

function tilesSize(tiles: readonly ProgressiveTile[]): number {
  return tiles.reduce((sum, tile) => sum + progressiveTile.size(tile), 0);
}

function writeAll<T>(writer: Writer, item: Codec<T>, items: readonly T[]): void {
  for (const each of items) item.write(writer, each);
}

function readAll<T>(reader: Reader, item: Codec<T>, count: number): readonly T[] {
  return Array.from({ length: count }, (_, index) => named(`[${index}]`, undefined, () => item.read(reader)));
}

function checkCount(got: number, limit: number, at: number): void {
  if (limit < got) throw new DecodeError({ is: "overLimit", limit, got, of: "count" }, at);
}
