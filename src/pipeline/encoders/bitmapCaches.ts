import type { Size } from "#base/geometry.ts";
import type { BitmapCacheLimits } from "./orderAbilities.ts";
import { TileCache } from "./tileCache.ts";
import type { TileName } from "./tileNames.ts";

/** Where a client keeps a bitmap. */
export interface CachePlace {
  readonly cache: BitmapCacheLimits;
  readonly index: number;
}

interface Cache {
  readonly limits: BitmapCacheLimits;
  readonly tiles: TileCache;
}

/** What a client keeps in its bitmap caches; here are the names alone. MS-RDPEGDI 3.1.1.1.1 */
export class BitmapCaches {
  readonly #caches: readonly Cache[];

  constructor(caches: readonly BitmapCacheLimits[]) {
    this.#caches = caches
      .map((limits) => ({
        limits,
        tiles: new TileCache({ cacheSlots: limits.entries, cacheBytes: Number.POSITIVE_INFINITY }),
      }))
      .toSorted((a, b) => a.limits.pixelsMax - b.limits.pixelsMax);
  }

  /** The client may have lost all. */
  clear(): void {
    for (const { tiles } of this.#caches) tiles.clear();
  }

  /** Where it is; it has been used now. */
  find(name: TileName, size: Size): CachePlace | undefined {
    const cache = this.#cacheFor(size);
    const slot = cache?.tiles.find(name);
    return cache === undefined || slot === undefined ? undefined : { cache: cache.limits, index: slot - 1 };
  }

  /** Where one that is nowhere yet is to be put, over what is longest out of use; undefined: it is too large. */
  keep(name: TileName, size: Size): CachePlace | undefined {
    const cache = this.#cacheFor(size);
    if (cache === undefined) return undefined;
    const { slot } = cache.tiles.keep(name);
    return { cache: cache.limits, index: slot - 1 };
  }

  /** The one with the smallest entries that have room. */
  #cacheFor({ width, height }: Size): Cache | undefined {
    return this.#caches.find(({ limits }) => Math.ceil(width / 4) * 4 * height <= limits.pixelsMax);
  }
}
