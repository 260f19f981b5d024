import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { tileSide } from "./colour.ts";
import { remoteFxStream, type RemoteFxTile, type TileSetContent } from "./messages.ts";
import type { Quantization } from "./quantization.ts";
import type { Entropy } from "./rlgr.ts";
import { decodeTileInto, type CodedPlane } from "./tile.ts";

/** A tile in the clear. */
export interface DecodedTile {
  /** Of the top left corner, in pixels of the destination. */
  readonly x: number;
  readonly y: number;
  /** 64×64. */
  readonly pixels: Pixels;
}

/** What one frame paints: the tiles, inside the rectangles only. */
export interface DecodedFrame {
  readonly rectangles: readonly Rectangle[];
  readonly tiles: readonly DecodedTile[];
}

/**
 * Decodes a stream, frame by frame; remembers the headers, which need not come with every frame. For tests and the
 * probing client.
 */
export class RemoteFxDecoder {
  #screen: Size | undefined;
  #entropy: Entropy | undefined;

  /** The frames in `bytes`, normally one. Throws DecodeError. */
  decode(bytes: Uint8Array): readonly DecodedFrame[] {
    const frames: DecodedFrame[] = [];
    let rectangles: readonly Rectangle[] | undefined;
    for (const block of decode(remoteFxStream, bytes)) {
      switch (block.is) {
        case "remoteFxChannels":
          this.#screen = block.channels[0];
          break;
        case "remoteFxContext":
          this.#entropy = block.properties.entropy;
          break;
        case "remoteFxRegion":
          rectangles = 0 < block.rectangles.length ? block.rectangles : this.#wholeScreen();
          break;
        case "remoteFxTileSet":
          if (rectangles === undefined) throw outOfOrder("a region before the tiles");
          frames.push({ rectangles, tiles: this.#decodeTiles(block.content) });
          break;
        default:
          break;
      }
    }
    return frames;
  }

  #wholeScreen(): readonly Rectangle[] {
    if (this.#screen === undefined) throw outOfOrder("channels before an empty region");
    return [{ x: 0, y: 0, ...this.#screen }];
  }

  #decodeTiles({ quantizations, tiles }: TileSetContent): readonly DecodedTile[] {
    const entropy = this.#entropy;
    if (entropy === undefined) throw outOfOrder("a context before the tiles");
    return tiles.map((tile) => {
      const pixels = newPixels({ width: tileSide, height: tileSide });
      decodeTileInto(pixels, entropy, codedPlanes(tile, quantizations));
      return { x: tile.column * tileSide, y: tile.row * tileSide, pixels };
    });
  }
}

/** Paints a frame over `target`, whose top left corner is the destination's; what lies outside is left out. */
export function paintInto(target: Pixels, frame: DecodedFrame): void {
  for (const tile of frame.tiles) {
    const place = { x: tile.x, y: tile.y, width: tileSide, height: tileSide };
    const visible = intersect(place, { x: 0, y: 0, width: target.width, height: target.height });
    if (visible === undefined) continue;
    for (const rectangle of frame.rectangles) {
      const part = intersect(visible, rectangle);
      if (part === undefined) continue;
      const inTile = { ...part, x: part.x - tile.x, y: part.y - tile.y };
      copyPixelsInto(crop(target, part), crop(tile.pixels, inTile));
    }
  }
}

function codedPlanes(
  tile: RemoteFxTile,
  quantizations: readonly Quantization[],
): readonly [CodedPlane, CodedPlane, CodedPlane] {
  const plane = (bytes: Uint8Array, index: number): CodedPlane => {
    const quantization = quantizations[index];
    if (quantization === undefined || Object.values(quantization).some((each) => each < 1)) {
      throw new DecodeError({ is: "wrongValue", expected: `a usable quantization`, got: index }, 0);
    }
    return { bytes, quantization };
  };
  return [plane(tile.y, tile.quantizationY), plane(tile.cb, tile.quantizationCb), plane(tile.cr, tile.quantizationCr)];
}

function outOfOrder(expected: string): DecodeError {
  return new DecodeError({ is: "wrongValue", expected, got: "none" }, 0);
}
