import { choice } from "#base/bytes/choice.ts";
import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { constant, ignored, list, listToEnd, mapped } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Rectangle } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { Quantization } from "./quantization.ts";
import { codecQuantization } from "./quantizationBytes.ts";
import type { Entropy } from "./rlgr.ts";

/** Image mode: each frame stands alone. Video mode: headers come once. */
export type CodecMode = "image" | "video";

/** What the `properties` words carry that varies: colour conversion, transform and quantization have one value each. */
export interface CodecProperties {
  readonly mode: CodecMode;
  readonly entropy: Entropy;
}

/** TS_RFX_RECT. */
export const remoteFxRectangle = struct("RemoteFxRectangle", "MS-RDPRFX 2.2.2.1.6", {
  x: u16le,
  y: u16le,
  width: u16le,
  height: u16le,
});

/** TS_RFX_SYNC, which starts a stream. */
export const remoteFxSync = struct("RemoteFxSync", "MS-RDPRFX 2.2.2.2.1", {
  magic: constant(u32le, 0xcaccacca),
  version: constant(u16le, 0x0100),
});

/** TS_RFX_CODEC_VERSIONS: one codec, version 1.0. */
export const remoteFxCodecVersions = struct("RemoteFxCodecVersions", "MS-RDPRFX 2.2.2.2.2", {
  count: constant(u8, 1),
  codecId: constant(u8, 1),
  version: constant(u16le, 0x0100),
});

/** TS_RFX_CHANNELT: one screen. */
export const remoteFxChannel = struct("RemoteFxChannel", "MS-RDPRFX 2.2.2.1.3", {
  channelId: u8,
  width: u16le,
  height: u16le,
});

/** TS_RFX_CHANNELS. */
export const remoteFxChannels = struct("RemoteFxChannels", "MS-RDPRFX 2.2.2.2.3", {
  channels: list(u8, remoteFxChannel, { atMost: 255 }),
});

/** TS_RFX_CONTEXT. */
export const remoteFxContext = struct("RemoteFxContext", "MS-RDPRFX 2.2.2.2.4", {
  codecId: constant(u8, 1),
  channelId: constant(u8, 0xff),
  contextId: constant(u8, 0),
  tileSize: constant(u16le, 64),
  // flags from bit 0, entropy from bit 9; fixed: ICT colour conversion, 5/3 transform, scalar quantization.
  properties: properties({ modeAt: 0, entropyAt: 9, fixed: 0x2028 }),
});

/** TS_RFX_FRAME_BEGIN. */
export const remoteFxFrameBegin = struct("RemoteFxFrameBegin", "MS-RDPRFX 2.2.2.3.1", {
  codecId: constant(u8, 1),
  channelId: constant(u8, 0),
  index: u32le,
  regionCount: ignored(u16le, 1),
});

/** TS_RFX_FRAME_END. */
export const remoteFxFrameEnd = struct("RemoteFxFrameEnd", "MS-RDPRFX 2.2.2.3.2", {
  codecId: constant(u8, 1),
  channelId: constant(u8, 0),
});

/** TS_RFX_REGION: what the tiles may paint; none means everything. */
export const remoteFxRegion = struct("RemoteFxRegion", "MS-RDPRFX 2.2.2.3.3", {
  codecId: constant(u8, 1),
  channelId: constant(u8, 0),
  // The lowest bit is always set; the specification's example has others too (0xcd), which mean nothing.
  flags: ignored(u8, 1),
  rectangles: list<Rectangle>(u16le, remoteFxRectangle, { atMost: limits.remoteFxRectangles }),
  regionType: constant(u16le, 0xcac1),
  tileSetCount: constant(u16le, 1),
});

/**
 * One 64×64 tile: its place in tiles from the top left, the quantization of each plane by index, three RLGR streams.
 */
export interface RemoteFxTile {
  readonly quantizationY: number;
  readonly quantizationCb: number;
  readonly quantizationCr: number;
  readonly column: number;
  readonly row: number;
  readonly y: Uint8Array;
  readonly cb: Uint8Array;
  readonly cr: Uint8Array;
}

/** TS_RFX_TILE with its block header. The streams are lent when read. MS-RDPRFX 2.2.2.3.4.1. */
export const remoteFxTile: Codec<RemoteFxTile> = {
  size: (tile) => 19 + tile.y.length + tile.cb.length + tile.cr.length,
  write: (writer, tile) => {
    writer.u16le(0xcac3);
    writer.u32le(remoteFxTile.size(tile));
    writer.u8(tile.quantizationY);
    writer.u8(tile.quantizationCb);
    writer.u8(tile.quantizationCr);
    writer.u16le(tile.column);
    writer.u16le(tile.row);
    for (const plane of [tile.y, tile.cb, tile.cr]) writer.u16le(plane.length);
    for (const plane of [tile.y, tile.cb, tile.cr]) writer.put(plane);
  },
  read: (reader) => {
    const at = reader.offset;
    const type = reader.u16le();
    if (type !== 0xcac3) throw new DecodeError({ is: "wrongValue", expected: "51907", got: type }, at);
    const length = reader.u32le();
    if (length < 19) throw new DecodeError({ is: "wrongValue", expected: "at least 19", got: length }, at + 2);
    const body = reader.within(length - 6);
    const [quantizationY, quantizationCb, quantizationCr] = [body.u8(), body.u8(), body.u8()];
    const [column, row] = [body.u16le(), body.u16le()];
    const [yLength, cbLength, crLength] = [body.u16le(), body.u16le(), body.u16le()];
    const [y, cb, cr] = [body.take(yLength), body.take(cbLength), body.take(crLength)];
    return { quantizationY, quantizationCb, quantizationCr, column, row, y, cb, cr };
  },
};

/** What a tile set holds. */
export interface TileSetContent {
  readonly quantizations: readonly Quantization[];
  readonly tiles: readonly RemoteFxTile[];
}

// Written by hand: the counts of both lists, and the length of the second, stand before the first list.
const tileSetContent: Codec<TileSetContent> = {
  size: ({ quantizations, tiles }) => 8 + quantizations.length * 5 + tilesSize(tiles),
  write: (writer, { quantizations, tiles }) => {
    writer.u8(quantizations.length);
    writer.u8(64);
    writer.u16le(tiles.length);
    writer.u32le(tilesSize(tiles));
    for (const each of quantizations) codecQuantization.write(writer, each);
    for (const each of tiles) remoteFxTile.write(writer, each);
  },
  read: (reader) => {
    const quantizationCount = reader.u8();
    const at = reader.offset;
    const side = reader.u8();
    if (side !== 64) throw new DecodeError({ is: "wrongValue", expected: "64", got: side }, at);
    const tileCount = reader.u16le();
    const limit = limits.remoteFxTiles;
    if (limit < tileCount) throw new DecodeError({ is: "overLimit", limit, got: tileCount, of: "count" }, at + 1);
    const tilesBytes = reader.u32le();
    const quantizations: Quantization[] = [];
    for (let index = 0; index < quantizationCount; index++) quantizations.push(codecQuantization.read(reader));
    const within = reader.within(tilesBytes);
    const tiles: RemoteFxTile[] = [];
    for (let index = 0; index < tileCount; index++) {
      tiles.push(named(`[${index}]`, undefined, () => remoteFxTile.read(within)));
    }
    return { quantizations, tiles };
  },
};

/** TS_RFX_TILESET, in a WBT_EXTENSION block. */
export const remoteFxTileSet = struct("RemoteFxTileSet", "MS-RDPRFX 2.2.2.3.4", {
  codecId: constant(u8, 1),
  channelId: constant(u8, 0),
  subtype: constant(u16le, 0xcac2),
  index: constant(u16le, 0),
  // One bit, "last", stands before the flags of the context; no reserved bit.
  properties: properties({ modeAt: 1, entropyAt: 10, fixed: 0x4051 }),
  content: tileSetContent,
});

/** Any block of a stream. Unknown blocks are stepped over. */
export const remoteFxBlock = choice(
  "TS_RFX_BLOCKT",
  "MS-RDPRFX 2.2.2.1.1",
  u16le,
  {
    0xccc0: remoteFxSync,
    0xccc1: remoteFxCodecVersions,
    0xccc2: remoteFxChannels,
    0xccc3: remoteFxContext,
    0xccc4: remoteFxFrameBegin,
    0xccc5: remoteFxFrameEnd,
    0xccc6: remoteFxRegion,
    0xccc7: remoteFxTileSet,
  },
  { length: u32le, counts: "whole", atMost: limits.remoteFxBlockBytes },
);

export type RemoteFxBlock = ValueOf<typeof remoteFxBlock>;

/** A whole stream: blocks to the end. */
export const remoteFxStream: Codec<readonly RemoteFxBlock[]> = listToEnd(remoteFxBlock, {
  atMost: limits.remoteFxBlocks,
});

function tilesSize(tiles: readonly RemoteFxTile[]): number {
  return tiles.reduce((sum, tile) => sum + remoteFxTile.size(tile), 0);
}

/** The word that names the transforms; `modeAt` and `entropyAt` say at which bit, `fixed` holds the rest. */
function properties(layout: { readonly modeAt: number; readonly entropyAt: number; readonly fixed: number }) {
  const { modeAt, entropyAt, fixed } = layout;
  return mapped<number, CodecProperties>(u16le, {
    encode: ({ mode, entropy }) =>
      fixed | ((mode === "image" ? 2 : 0) << modeAt) | ((entropy === "rlgr1" ? 1 : 4) << entropyAt),
    decode: (word) => {
      const entropy = (word >> entropyAt) & 15;
      if (entropy !== 1 && entropy !== 4) {
        throw new DecodeError({ is: "wrongValue", expected: "entropy 1 or 4", got: entropy }, 0);
      }
      return { mode: ((word >> modeAt) & 2) === 2 ? "image" : "video", entropy: entropy === 1 ? "rlgr1" : "rlgr3" };
    },
  });
}
