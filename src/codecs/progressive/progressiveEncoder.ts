import { encode } from "#base/bytes/codec.ts";
import { intersect, type Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { readTileInto, tileSamples, tileSide } from "../remotefx/colour.ts";
import { tilesUnder, type TilePlace } from "../remotefx/grid.ts";
import { encodeRlgrInto, rlgrBytesMax } from "../remotefx/rlgrEncoder.ts";
import { quantizationPresets, type Quantization, type QuantizationPreset } from "../remotefx/quantization.ts";
import { referenceTileEncoder, type EncodeTile } from "../remotefx/tile.ts";
import { progressiveStream, type ProgressiveBlock, type ProgressiveTile } from "./messages.ts";
import { encodeUpgradeInto, firstPassInto, upgradeBytesMax } from "./passes.ts";
import { transformPlane } from "./plane.ts";
import { finalQuantization, fullQuality, nothingLeft, passQualities } from "./qualities.ts";
import { subtract } from "./region.ts";

/** A preset: final at once. "coarse": about a quarter of the bytes of "fine", which `refine` reaches step by step. */
export type FrameQuality = QuantizationPreset | "coarse";

/** A tile of which the client has less than everything. */
interface PendingTile extends TilePlace {
  /** Quantized, three planes of `tileSamples`. */
  readonly planes: Int16Array;
  /** Index in `passQualities` of the last pass sent. */
  pass: number;
  /** Where the client shows this tile, inside its 64×64 pixels. Not empty. */
  shown: readonly Rectangle[];
}

/**
 * Encodes RemoteFX Progressive for RDPGFX_WIRE_TO_SURFACE_PDU_2: one encoder for each surface and codec context. It
 * remembers (24 KB each) the tiles that were sent coarsely, until `refine` has sent the rest. MS-RDPEGFX 3.2.8.
 */
export class ProgressiveEncoder {
  readonly #encodeTile: EncodeTile;
  /** By `row * 65536 + column`, oldest first. */
  readonly #pending = new Map<number, PendingTile>();
  readonly #scratch = new Int16Array(tileSamples);
  readonly #bytes = new Uint8Array(3 * Math.max(rlgrBytesMax, 2 * upgradeBytesMax));
  #frameIndex = 0;
  #isAnnounced = false;

  /** `encodeTile`: the kernel that encodes tiles of full quality; default the readable reference. */
  constructor(options: { readonly encodeTile?: EncodeTile } = {}) {
    this.#encodeTile = options.encodeTile ?? referenceTileEncoder();
  }

  /** How many tiles wait for refinement. */
  get pendingTiles(): number {
    return this.#pending.size;
  }

  /**
   * One frame, given. The client paints `rectangles` (inside `pixels`, not empty) exactly; where they touch a tile,
   * that tile is sent whole, so `pixels` must be current there. The headers come with the first frame only, as from
   * Windows.
   */
  encodeFrame(
    pixels: Pixels,
    rectangles: readonly Rectangle[],
    options: { readonly quality: FrameQuality },
  ): Uint8Array {
    const places = tilesUnder(rectangles, pixels);
    const { quality } = options;
    // Upgrades exist in the reduced layout only; the kernel makes the plain one.
    if (quality === "coarse") {
      const tiles = places.map((place) => this.#firstTile(pixels, place, rectangles));
      return this.#frame(tiles, rectangles, { isReduced: true, quantization: finalQuantization });
    }
    const quantization = quantizationPresets[quality];
    const tiles = places.map((place) => this.#simpleTile(pixels, place, quantization));
    return this.#frame(tiles, rectangles, { isReduced: false, quantization });
  }

  /** One more pass for at most `atMostTiles` tiles, the longest waiting first; undefined when nothing waits. */
  refine(atMostTiles: number): Uint8Array | undefined {
    const chosen = [...this.#pending.values()].slice(0, atMostTiles);
    if (chosen.length === 0) return undefined;
    const rectangles = chosen.flatMap(({ shown }) => shown);
    return this.#frame(
      chosen.map((tile) => this.#upgradeTile(tile)),
      rectangles,
      { isReduced: true, quantization: finalQuantization },
    );
  }

  /**
   * To be called when something else (another codec, a copy, a fill) has painted `rectangle`: it is not refined any
   * more.
   */
  forget(rectangle: Rectangle): void {
    for (const [key, tile] of this.#pending) {
      tile.shown = subtract(tile.shown, rectangle);
      if (tile.shown.length === 0) this.#pending.delete(key);
    }
  }

  /** To be called when the client has lost its codec context: the next frame starts a new one. */
  restart(): void {
    this.#pending.clear();
    this.#isAnnounced = false;
    this.#frameIndex = 0;
  }

  #simpleTile(pixels: Pixels, place: TilePlace, quantization: Quantization): ProgressiveTile {
    this.#pending.delete(keyOf(place));
    const coding = { entropy: "rlgr1", quantization } as const;
    const coded = this.#encodeTile(pixels, place.column * tileSide, place.row * tileSide, coding);
    const { data, start, yEnd, cbEnd, crEnd } = coded;
    const planes = [data.slice(start, yEnd), data.slice(yEnd, cbEnd), data.slice(cbEnd, crEnd)];
    return { is: "progressiveTileSimple", ...place, ...sameQuantization, flags: [], planes };
  }

  #firstTile(pixels: Pixels, place: TilePlace, rectangles: readonly Rectangle[]): ProgressiveTile {
    const planes = new Int16Array(3 * tileSamples);
    readTileInto(planes, pixels, place.column * tileSide, place.row * tileSide);
    const coded: Uint8Array[] = [];
    const pass = 0;
    for (let index = 0; index < 3; index++) {
      const plane = planes.subarray(index * tileSamples, (index + 1) * tileSamples);
      transformPlane(plane, this.#scratch, { layout: "reduced", quantization: finalQuantization });
      firstPassInto(this.#scratch, plane, "reduced", leftAfter(pass)[index]!);
      coded.push(this.#bytes.slice(0, encodeRlgrInto(this.#bytes, 0, "rlgr1", this.#scratch)));
    }
    this.#remember(place, planes, pass, rectangles);
    return {
      is: "progressiveTileFirst",
      ...place,
      ...sameQuantization,
      flags: [],
      quality: pass,
      planes: coded,
    };
  }

  #remember(place: TilePlace, planes: Int16Array, pass: number, rectangles: readonly Rectangle[]): void {
    const key = keyOf(place);
    const before = this.#pending.get(key)?.shown ?? [];
    const tile = { x: place.column * tileSide, y: place.row * tileSide, width: tileSide, height: tileSide };
    const painted = rectangles.flatMap((each) => intersect(each, tile) ?? []);
    // What was shown and is not painted now has the same pixels as before, so the new content refines it as well.
    const kept = painted.reduce(subtract, before);
    this.#pending.delete(key);
    this.#pending.set(key, { ...place, planes, pass, shown: [...kept, ...painted] });
  }

  #upgradeTile(tile: PendingTile): ProgressiveTile {
    const { column, row, pass } = tile;
    const isLast = pass + 1 === passQualities.length;
    const coded: Uint8Array[] = [];
    for (let index = 0; index < 3; index++) {
      const plane = tile.planes.subarray(index * tileSamples, (index + 1) * tileSamples);
      const upgrade = {
        layout: "reduced",
        before: leftAfter(pass)[index]!,
        after: leftAfter(pass + 1)[index]!,
      } as const;
      const { srlEnd, rawEnd } = encodeUpgradeInto(this.#bytes, 0, plane, upgrade);
      coded.push(this.#bytes.slice(0, srlEnd), this.#bytes.slice(srlEnd, rawEnd));
    }
    const key = keyOf(tile);
    this.#pending.delete(key);
    tile.pass = pass + 1;
    // Behind the others: all tiles take one pass before any takes a second.
    if (!isLast) this.#pending.set(key, tile);
    const quality = isLast ? fullQuality : pass + 1;
    return { is: "progressiveTileUpgrade", column, row, ...sameQuantization, quality, planes: coded };
  }

  #frame(
    tiles: readonly ProgressiveTile[],
    rectangles: readonly Rectangle[],
    { isReduced, quantization }: { readonly isReduced: boolean; readonly quantization: Quantization },
  ): Uint8Array {
    const headers: readonly ProgressiveBlock[] = this.#isAnnounced
      ? []
      : [{ is: "progressiveSync" }, { is: "progressiveContext", flags: ["subbandDiffing"] }];
    this.#isAnnounced = true;
    const qualities = isReduced ? passQualities : [];
    const content = { isReduced, rectangles, quantizations: [quantization], qualities, tiles };
    const blocks: readonly ProgressiveBlock[] = [
      ...headers,
      { is: "progressiveFrameBegin", index: this.#frameIndex++ >>> 0 },
      { is: "progressiveRegion", content },
      { is: "progressiveFrameEnd" },
    ];
    return encode(progressiveStream, blocks);
  }
}

/** Bits left in luma, blue and red difference after a pass. */
function leftAfter(pass: number) {
  const { y, cb, cr } = passQualities[pass] ?? nothingLeft;
  return [y, cb, cr];
}

function keyOf({ column, row }: TilePlace): number {
  return row * 65536 + column;
}

const sameQuantization = { quantizationY: 0, quantizationCb: 0, quantizationCr: 0 } as const;
