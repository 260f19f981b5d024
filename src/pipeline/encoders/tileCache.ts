import type { TileName } from "./tileNames.ts";

/** What a client has kept from an earlier connection, as it says. MS-RDPEGFX 2.2.2.16.1 */
export interface OfferedTile {
  readonly cacheKey: bigint;
  readonly bitmapLength: number;
}

interface Place {
  readonly slot: number;
  readonly bytes: number;
}

interface Entry extends Place {
  readonly name: TileName;
  /** By which the client may keep it; absent: it keeps nothing for longer. */
  readonly key: bigint | undefined;
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
  /** By key: what was taken over from an earlier connection and not shown since; what gives way first, first. */
  readonly #imported = new Map<bigint, Place>();
  readonly #free: number[] = [];
  #slots = 0;
  #bytes = 0;

  constructor(limits: { readonly cacheSlots: number; readonly cacheBytes: number }) {
    this.#slotsMax = limits.cacheSlots;
    this.#bytesMax = limits.cacheBytes;
  }

  /** Whether `adopt` may find something. */
  get hasImported(): boolean {
    return 0 < this.#imported.size;
  }

  /** The slot where it is, from 1; it has been used now. */
  find(name: TileName): number | undefined {
    const entry = this.#entries.get(name.hash);
    if (entry === undefined || !isSame(entry.name, name)) return undefined;
    this.#entries.delete(name.hash);
    this.#entries.set(name.hash, entry);
    return entry.slot;
  }

  /** As `find`, for a tile that it does not find, among what was taken over; `find` finds it from then on. */
  adopt(name: TileName, key: bigint): number | undefined {
    const place = this.#imported.get(key);
    // What has another size is not what we have named so.
    if (place?.bytes !== bytesOf(name) || this.#entries.has(name.hash)) return undefined;
    this.#imported.delete(key);
    this.#entries.set(name.hash, { ...place, name, key });
    return place.slot;
  }

  /** A slot for a tile that is in none, and those to be emptied before; it takes four bytes for each pixel. */
  keep(name: TileName, key?: bigint): { readonly slot: number; readonly evicted: readonly number[] } {
    const bytes = bytesOf(name);
    const evicted: number[] = [];
    const namesake = this.#entries.get(name.hash);
    if (namesake !== undefined) evicted.push(this.#evict(namesake));
    while (this.#isFull(bytes)) {
      const unused = this.#imported.entries().next().value;
      const oldest = this.#entries.values().next().value;
      if (unused !== undefined) {
        this.#imported.delete(unused[0]);
        evicted.push(this.#release(unused[1]));
      } else if (oldest !== undefined) evicted.push(this.#evict(oldest));
      else break;
    }
    const entry = { ...this.#take(bytes), name, key };
    this.#entries.set(name.hash, entry);
    return { slot: entry.slot, evicted };
  }

  /**
   * The slots for the first so many of what is offered, as far as there is room: nothing gives way to it. Those in
   * `evicted` are to be emptied at once: what they hold is nothing, or in another slot.
   */
  import(offered: readonly OfferedTile[]): { readonly slots: readonly number[]; readonly evicted: readonly number[] } {
    const known = new Set([...this.#imported.keys(), ...Array.from(this.#entries.values(), ({ key }) => key)]);
    const slots: number[] = [];
    const taken: [bigint, Place][] = [];
    const useless: Place[] = [];
    for (const { cacheKey, bitmapLength } of offered) {
      if (this.#isFull(bitmapLength, slots.length)) break;
      const place = this.#take(bitmapLength);
      slots.push(place.slot);
      if (bitmapLength === 0 || known.has(cacheKey)) useless.push(place);
      else taken.push([cacheKey, place]);
      known.add(cacheKey);
    }
    // A client tells first what it was shown first: that is used most, and gives way last.
    for (const [key, place] of taken.toReversed()) this.#imported.set(key, place);
    return { slots, evicted: useless.map((place) => this.#release(place)) };
  }

  /** Empties all slots, and gives them. */
  clear(): readonly number[] {
    const places = [...this.#entries.values(), ...this.#imported.values()];
    this.#entries.clear();
    this.#imported.clear();
    return places.map((place) => this.#release(place));
  }

  #isFull(bytes: number, others = 0): boolean {
    return this.#bytesMax < this.#bytes + bytes || this.#slotsMax <= this.#entries.size + this.#imported.size + others;
  }

  #take(bytes: number): Place {
    this.#bytes += bytes;
    return { slot: this.#free.pop() ?? ++this.#slots, bytes };
  }

  #evict(entry: Entry): number {
    this.#entries.delete(entry.name.hash);
    return this.#release(entry);
  }

  #release({ slot, bytes }: Place): number {
    this.#bytes -= bytes;
    this.#free.push(slot);
    return slot;
  }
}

function isSame(one: TileName, other: TileName): boolean {
  const { check, rest, width, height } = other;
  return one.check === check && one.rest === rest && one.width === width && one.height === height;
}

function bytesOf({ width, height }: TileName): number {
  return width * height * 4;
}
