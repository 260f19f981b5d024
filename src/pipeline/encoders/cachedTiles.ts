import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { Frame } from "../encoder.ts";
import { tileSide } from "../shadow.ts";
import { TileCache, type OfferedTile } from "./tileCache.ts";
import type { TileName, TileNames } from "./tileNames.ts";

interface CachedTilesOptions {
  readonly surfaceId: number;
  readonly names: TileNames;
  readonly cacheSlots: number;
  readonly cacheBytes: number;
}

/**
 * Shows tiles from the client's bitmap cache, and puts into it what was sent exactly. MS-RDPEGFX 3.3.1.4
 *
 * A client may keep it for its next connection. What it offers then is known by its key, which only its own picture
 * has: there is nothing to see in it before the screen shows the same.
 */
export class CachedTiles {
  readonly #cache: TileCache;
  readonly #surfaceId: number;
  #names: TileNames;

  constructor({ surfaceId, names, ...limits }: CachedTilesOptions) {
    this.#surfaceId = surfaceId;
    this.#names = names;
    this.#cache = new TileCache(limits);
  }

  /** Empties the client's cache; from now on tiles have these names. */
  restart(names: TileNames): readonly GraphicsCommand[] {
    this.#names = names;
    return this.#cache.clear().map(evict);
  }

  /** Takes over what a client has kept from an earlier connection. MS-RDPEGFX 3.2.5.16 */
  import(offered: readonly OfferedTile[]): readonly GraphicsCommand[] {
    const { slots, evicted } = this.#cache.import(offered);
    return [{ is: "cacheImportReply", cacheSlots: slots }, ...evicted.map(evict)];
  }

  begin(frame: Frame): CachedTilesOfFrame {
    return new CachedTilesOfFrame({ cache: this.#cache, names: this.#names, surfaceId: this.#surfaceId, frame });
  }
}

interface TilesOfFrameOptions {
  readonly cache: TileCache;
  readonly names: TileNames;
  readonly surfaceId: number;
  readonly frame: Frame;
}

/** What the cache does for one frame. */
class CachedTilesOfFrame {
  /** The commands by which tiles are shown. */
  readonly shown: GraphicsCommand[] = [];
  /** The tiles that they show. */
  readonly settled: Rectangle[] = [];
  /** How many of them the client has from an earlier connection, and are shown for the first time in this one. */
  imported = 0;
  readonly #cache: TileCache;
  readonly #names: TileNames;
  readonly #surfaceId: number;
  readonly #frame: Frame;
  readonly #tiles: { readonly tile: Rectangle; readonly name: TileName }[] = [];
  #looked: { readonly area: Rectangle; readonly tile: Rectangle; readonly name: TileName } | undefined;

  constructor({ cache, names, surfaceId, frame }: TilesOfFrameOptions) {
    this.#cache = cache;
    this.#names = names;
    this.#surfaceId = surfaceId;
    this.#frame = frame;
  }

  /** Whether the tile around the area is shown from the cache, all of it. */
  show(area: Rectangle): boolean {
    if (area.width * area.height < areaMin) return false;
    const tile = tileAround(area, this.#frame.pixels);
    const name = this.#names.nameOf(this.#frame.pixels, tile);
    this.#looked = { area, tile, name };
    const cacheSlot = this.#cache.find(name) ?? this.#adopt(name);
    if (cacheSlot === undefined) return false;
    this.shown.push({ is: "cacheToSurface", cacheSlot, surfaceId: this.#surfaceId, targets: [tile] });
    this.settled.push(tile);
    return true;
  }

  /** The area, for which `show` was asked last, is sent exactly: its tile may be kept when the frame has been drawn. */
  keepAfterwards(area: Rectangle): void {
    if (this.#looked?.area !== area || this.#frame.isNearly(this.#looked.tile)) return;
    this.#tiles.push(this.#looked);
  }

  /** The commands that put tiles into the cache; to be said last. */
  kept(): readonly GraphicsCommand[] {
    return this.#tiles.flatMap(({ tile, name }): readonly GraphicsCommand[] => {
      if (this.#cache.find(name) !== undefined) return [];
      const cacheKey = this.#names.keyOf(name);
      const { slot, evicted } = this.#cache.keep(name, cacheKey);
      const surfaceId = this.#surfaceId;
      return [...evicted.map(evict), { is: "surfaceToCache", surfaceId, cacheKey, cacheSlot: slot, source: tile }];
    });
  }

  /** Where the client has it from an earlier connection. */
  #adopt(name: TileName): number | undefined {
    if (!this.#cache.hasImported) return undefined;
    const slot = this.#cache.adopt(name, this.#names.keyOf(name));
    if (slot !== undefined) this.imported++;
    return slot;
  }
}

function evict(cacheSlot: number): GraphicsCommand {
  return { is: "evictCacheEntry", cacheSlot };
}

function tileAround(area: Rectangle, { width, height }: Size): Rectangle {
  const x = area.x - (area.x % tileSide);
  const y = area.y - (area.y % tileSide);
  return intersect({ x, y, width: tileSide, height: tileSide }, { x: 0, y: 0, width, height }) ?? area;
}

/** In pixels: a quarter of a tile. Less is sent faster than looked up. */
const areaMin = 1024;
