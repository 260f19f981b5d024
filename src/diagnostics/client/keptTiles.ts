import { limits } from "#base/limits.ts";
import type { Pixels } from "#base/pixels.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";

type Offer = Extract<GraphicsCommand, { readonly is: "cacheImportOffer" }>;

/**
 * What a client keeps of its bitmap cache from one connection to the next: the pictures that are in a slot at the end,
 * by the keys that the server gave them. One connection at a time.
 */
export class KeptTiles {
  /** Offered, and not answered yet. */
  #kept: readonly (readonly [bigint, Pixels])[] = [];
  /** By slot. */
  readonly #now = new Map<number, readonly [bigint, Pixels]>();

  /** How many a next connection would offer. */
  get count(): number {
    return this.#now.size;
  }

  /** A connection begins: what it offers; undefined: there is nothing. */
  offer(): Offer | undefined {
    this.#kept = Array.from(new Map([...this.#kept, ...this.#now.values()])).slice(0, offeredMax);
    this.#now.clear();
    if (this.#kept.length === 0) return undefined;
    const entries = this.#kept.map(([cacheKey, { data }]) => ({ cacheKey, bitmapLength: data.length }));
    return { is: "cacheImportOffer", entries };
  }

  /** The server takes the first so many into these slots, and the rest is forgotten. */
  imported(slots: readonly number[]): ReadonlyMap<number, Pixels> {
    const taken = new Map<number, Pixels>();
    for (const [index, slot] of slots.entries()) {
      const tile = this.#kept[index];
      if (tile === undefined) break;
      this.#now.set(slot, tile);
      taken.set(slot, tile[1]);
    }
    this.#kept = [];
    return taken;
  }

  note(slot: number, key: bigint, picture: Pixels): void {
    this.#now.set(slot, [key, picture]);
  }

  forget(slot: number): void {
    this.#now.delete(slot);
  }
}

/** "Less than 5462". MS-RDPEGFX 2.2.2.16 */
const offeredMax = limits.graphicsCacheEntries - 1;
