import type { Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

/** What a tile shows: two hashes of 32 bits and its size. Tiles of one name are taken for one. */
export interface TileName {
  readonly hash: number;
  readonly check: number;
}

/** The name of what lies in `tile` of a picture at multiples of four bytes. */
export function tileName(pixels: Pixels, tile: Rectangle): TileName {
  const words = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength >> 2);
  const stride = pixels.stride >> 2;
  let row = (pixels.offset >> 2) + tile.y * stride + tile.x;
  let hash = 0x811c9dc5;
  let check = 0x2545f491;
  for (let y = 0; y < tile.height; y++, row += stride) {
    for (let at = row; at < row + tile.width; at++) {
      const word = words[at]! & 0xffffff;
      hash = Math.imul(hash ^ word, 0x01000193);
      hash ^= hash >>> 15;
      check = Math.imul(check + word + 0x7f4a7c15, 0x85ebca6b);
      check = (check << 13) | (check >>> 19);
    }
  }
  return { hash, check: (check >>> 0) * 2 ** 16 + tile.width * 256 + tile.height };
}

interface Entry {
  readonly check: number;
  readonly slot: number;
  readonly bytes: number;
}

/**
 * What the client keeps in the slots of its bitmap cache; here are the names alone. Whoever is longest out of use gives
 * way. MS-RDPEGFX 3.3.1.4
 */
export class TileCache {
  readonly #slotsMax: number;
  readonly #bytesMax: number;
  /** By hash, in the order of their last use. */
  readonly #entries = new Map<number, Entry>();
  readonly #free: number[] = [];
  #slots = 0;
  #bytes = 0;

  constructor(limits: { readonly cacheSlots: number; readonly cacheBytes: number }) {
    this.#slotsMax = limits.cacheSlots;
    this.#bytesMax = limits.cacheBytes;
  }

  /** The slot where it is, from 1; it has been used now. */
  find({ hash, check }: TileName): number | undefined {
    const entry = this.#entries.get(hash);
    if (entry?.check !== check) return undefined;
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    return entry.slot;
  }

  /** A slot for a tile that is in none, and those to be emptied before; `bytes` is four for each pixel. */
  keep({ hash, check }: TileName, bytes: number): { readonly slot: number; readonly evicted: readonly number[] } {
    const evicted: number[] = [];
    const namesake = this.#entries.get(hash);
    if (namesake !== undefined) evicted.push(this.#evict(hash, namesake));
    for (const [oldest, entry] of this.#entries) {
      if (!this.#isFull(bytes)) break;
      evicted.push(this.#evict(oldest, entry));
    }
    const slot = this.#free.pop() ?? ++this.#slots;
    this.#entries.set(hash, { check, slot, bytes });
    this.#bytes += bytes;
    return { slot, evicted };
  }

  /** Empties all slots, and gives them. */
  clear(): readonly number[] {
    return Array.from(this.#entries, ([hash, entry]) => this.#evict(hash, entry));
  }

  #isFull(bytes: number): boolean {
    return this.#bytesMax < this.#bytes + bytes || this.#entries.size === this.#slotsMax;
  }

  #evict(hash: number, { slot, bytes }: Entry): number {
    this.#entries.delete(hash);
    this.#bytes -= bytes;
    this.#free.push(slot);
    return slot;
  }
}
