import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { Frame } from "../encoder.ts";
import { tileSide } from "../shadow.ts";
import { TileCache, tileName, type TileName } from "./tileCache.ts";

/** Shows tiles from the client's bitmap cache, and puts into it what was sent exactly. MS-RDPEGFX 3.3.1.4 */
export class CachedTiles {
  readonly #cache: TileCache;
  readonly #surfaceId: number;

  constructor(surfaceId: number, limits: { readonly cacheSlots: number; readonly cacheBytes: number }) {
    this.#surfaceId = surfaceId;
    this.#cache = new TileCache(limits);
  }

  /** Empties the client's cache. */
  clear(): readonly GraphicsCommand[] {
    return this.#cache.clear().map(evict);
  }

  begin(frame: Frame): CachedTilesOfFrame {
    return new CachedTilesOfFrame(this.#cache, this.#surfaceId, frame);
  }
}

/** What the cache does for one frame. */
class CachedTilesOfFrame {
  /** The commands by which tiles are shown. */
  readonly shown: GraphicsCommand[] = [];
  /** The tiles that they show. */
  readonly settled: Rectangle[] = [];
  readonly #cache: TileCache;
  readonly #surfaceId: number;
  readonly #frame: Frame;
  readonly #tiles: { readonly tile: Rectangle; readonly name: TileName }[] = [];
  #looked: { readonly area: Rectangle; readonly tile: Rectangle; readonly name: TileName } | undefined;

  constructor(cache: TileCache, surfaceId: number, frame: Frame) {
    this.#cache = cache;
    this.#surfaceId = surfaceId;
    this.#frame = frame;
  }

  /** Whether the tile around the area is shown from the cache, all of it. */
  show(area: Rectangle): boolean {
    if (area.width * area.height < areaMin) return false;
    const tile = tileAround(area, this.#frame.pixels);
    const name = tileName(this.#frame.pixels, tile);
    this.#looked = { area, tile, name };
    const cacheSlot = this.#cache.find(name);
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
      const { slot, evicted } = this.#cache.keep(name, tile.width * tile.height * 4);
      const [surfaceId, cacheKey] = [this.#surfaceId, keyOf(name)];
      return [...evicted.map(evict), { is: "surfaceToCache", surfaceId, cacheKey, cacheSlot: slot, source: tile }];
    });
  }
}

/** 64 bits that belong to the picture: a client may keep it on its disk under this name. */
function keyOf({ hash, check }: TileName): bigint {
  return (BigInt(hash >>> 0) << 32n) | BigInt(Math.floor(check / 0x10000));
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
