import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { tileSamples, tileSide, writeTileInto } from "../remotefx/colour.ts";
import type { Quantization } from "../remotefx/quantization.ts";
import type { DecodedFrame, DecodedTile } from "../remotefx/remoteFxDecoder.ts";
import type { BandLayout } from "./bands.ts";
import {
  progressiveStream,
  type ProgressiveQuantization,
  type ProgressiveTile,
  type RegionContent,
} from "./messages.ts";
import { decodeUpgradeInto, type BitsLeft, type ReceivedPlane } from "./passes.ts";
import { receiveFirstPass, samplesInto } from "./plane.ts";
import { fullQuality, qualityAt } from "./qualities.ts";

/** What the decoder keeps of a tile, for difference tiles and upgrades. */
interface TileState {
  readonly layout: BandLayout;
  readonly planes: readonly PlaneState[];
}

interface PlaneState extends ReceivedPlane {
  quantization: Quantization;
  /** What the passes so far left out. */
  left: BitsLeft;
}

/** Decodes the frames of one surface and codec context, for tests and the probing client. */
export class ProgressiveDecoder {
  /** By `row * 65536 + column`. */
  readonly #tiles = new Map<number, TileState>();
  readonly #samples = new Int16Array(3 * tileSamples);
  readonly #scratch = new Int16Array(tileSamples);

  /**
   * The regions in `bytes`, normally one; `paintInto` paints them. Throws DecodeError; the tiles before it have been
   * taken.
   */
  decode(bytes: Uint8Array): readonly DecodedFrame[] {
    const frames: DecodedFrame[] = [];
    let isInFrame = false;
    for (const block of decode(progressiveStream, bytes)) {
      if (block.is === "progressiveFrameBegin") isInFrame = true;
      else if (block.is === "progressiveFrameEnd") isInFrame = false;
      else if (block.is === "progressiveRegion") {
        if (!isInFrame) throw wrong("a frame around the region", "none");
        const { content } = block;
        frames.push({
          rectangles: content.rectangles,
          tiles: content.tiles.flatMap((tile) => (tile.is === "unknown" ? [] : [this.#decodeTile(tile, content)])),
        });
      }
    }
    return frames;
  }

  #decodeTile(tile: KnownTile, region: RegionContent): DecodedTile {
    const key = tile.row * 65536 + tile.column;
    const layout: BandLayout = region.isReduced ? "reduced" : "plain";
    const quality = tile.is === "progressiveTileSimple" ? fullQuality : tile.quality;
    const lefts = bitsLeft(region.qualities, quality);
    const quantizations = [tile.quantizationY, tile.quantizationCb, tile.quantizationCr].map((index) =>
      usableQuantization(region.quantizations, index),
    );
    const state = tile.is === "progressiveTileUpgrade" ? this.#known(key, layout) : this.#startTile(key, layout);
    for (const [index, plane] of state.planes.entries()) {
      const quantization = quantizations[index]!;
      const left = lefts[index]!;
      if (tile.is === "progressiveTileUpgrade") {
        checkOrder(plane.left, left);
        const streams = { srl: tile.planes[index * 2]!, raw: tile.planes[index * 2 + 1]! };
        decodeUpgradeInto(plane, streams, { layout, before: plane.left, after: left }, quantization);
      } else {
        const isDifference = tile.flags.includes("difference");
        receiveFirstPass(plane, tile.planes[index]!, { layout, quantization }, { left, isDifference });
      }
      plane.left = left;
      plane.quantization = quantization;
    }
    return { x: tile.column * tileSide, y: tile.row * tileSide, pixels: this.#picture(state) };
  }

  /** The state for a first pass: the old one where a difference may refer to it, else a new one. */
  #startTile(key: number, layout: BandLayout): TileState {
    const known = this.#tiles.get(key);
    if (known?.layout === layout) return known;
    if (known === undefined && limits.remoteFxTiles <= this.#tiles.size) {
      throw new DecodeError(
        { is: "overLimit", limit: limits.remoteFxTiles, got: this.#tiles.size + 1, of: "tiles" },
        0,
      );
    }
    const state = { layout, planes: [emptyPlane(), emptyPlane(), emptyPlane()] };
    this.#tiles.set(key, state);
    return state;
  }

  #known(key: number, layout: BandLayout): TileState {
    const state = this.#tiles.get(key);
    if (state === undefined) throw wrong("a first pass before an upgrade", "none");
    if (state.layout !== layout) throw wrong(`the ${state.layout} bands of the first pass`, layout);
    return state;
  }

  #picture({ planes, layout }: TileState): Pixels {
    for (const [index, plane] of planes.entries()) {
      const target = this.#samples.subarray(index * tileSamples, (index + 1) * tileSamples);
      samplesInto(target, this.#scratch, plane, layout);
    }
    const pixels = newPixels({ width: tileSide, height: tileSide });
    writeTileInto(pixels, this.#samples);
    return pixels;
  }
}

type KnownTile = Exclude<ProgressiveTile, { readonly is: "unknown" }>;

function bitsLeft(qualities: readonly ProgressiveQuantization[], index: number): readonly BitsLeft[] {
  const quality = qualityAt(qualities, index);
  if (quality === undefined) throw wrong(`a quality below ${qualities.length}`, index);
  return [quality.y, quality.cb, quality.cr];
}

function usableQuantization(quantizations: readonly Quantization[], index: number): Quantization {
  const quantization = quantizations[index];
  if (quantization === undefined || Object.values(quantization).some((each) => each < 6)) {
    throw wrong("a usable quantization", index);
  }
  return quantization;
}

function checkOrder(before: BitsLeft, after: BitsLeft): void {
  const values = Object.values(before);
  if (Object.values(after).some((left, index) => values[index]! < left)) throw wrong("a finer quality", "a coarser");
}

function emptyPlane(): PlaneState {
  const zeros = { ll3: 0, hl3: 0, lh3: 0, hh3: 0, hl2: 0, lh2: 0, hh2: 0, hl1: 0, lh1: 0, hh1: 0 };
  return {
    coefficients: new Int16Array(tileSamples),
    signs: new Int16Array(tileSamples),
    quantization: zeros,
    left: zeros,
  };
}

function wrong(expected: string, got: number | string): DecodeError {
  return new DecodeError({ is: "wrongValue", expected, got }, 0);
}
