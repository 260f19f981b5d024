import { cover, intersect, type Rectangle } from "#base/geometry.ts";
import { after, milliseconds, type Instant } from "#base/units.ts";
import type { Copy } from "./copies/copySearch.ts";
import { tileSide } from "./shadow.ts";
import { isWithin } from "./areas.ts";
import { byTiles } from "./tileParts.ts";
import { outside } from "./video/outside.ts";

interface Tile {
  /** What of it the client has only nearly. */
  readonly area: Rectangle;
  readonly stillSince: Instant;
}

/** Tiles that the client has only nearly; once they have stood still for a while they are sent exactly. */
export class Unsettled {
  readonly #tiles = new Map<string, Tile>();

  /** When the first of them will have stood still for long enough; undefined: there is none. */
  get nextAt(): Instant | undefined {
    // The map keeps the order of the last change, oldest first.
    const [oldest] = this.#tiles.values();
    return oldest === undefined ? undefined : after(oldest.stillSince, stillFor);
  }

  /** These areas have just been sent, the `lossy` ones of them nearly. */
  noteSent(areas: readonly Rectangle[], lossy: readonly Rectangle[], now: Instant): void {
    const nearly = new Set(lossy);
    for (const area of areas) {
      const before = this.#tiles.get(keyOf(area));
      if (nearly.has(area)) this.#note(area, now);
      else if (before !== undefined && isWithin(before.area, area)) this.#tiles.delete(keyOf(area));
      else if (before !== undefined) this.#note(area, now);
    }
  }

  /** These areas, of any size, will be sent nearly, again and again; they have to stand still for longer. */
  noteMoving(areas: readonly Rectangle[], now: Instant): void {
    for (const area of areas) for (const part of byTiles(area)) this.#note(part, after(now, restlessFor));
  }

  has(tile: Rectangle): boolean {
    return this.#tiles.has(keyOf(tile));
  }

  /** Whether the client has something of this area nearly, which lies inside one tile. */
  touches(area: Rectangle): boolean {
    const tile = this.#tiles.get(keyOf(area));
    return tile !== undefined && intersect(tile.area, area) !== undefined;
  }

  /** The client has all of these tiles exactly. */
  noteSettled(tiles: readonly Rectangle[]): void {
    for (const tile of tiles) this.#tiles.delete(keyOf(tile));
  }

  /**
   * The client has moved a part of its picture; what it has only nearly there it has only nearly now in both places.
   * `overwrites`: nothing that comes later, as the pictures of films do, lies over it.
   */
  noteCopied({ source, target, ground }: Copy, { overwrites }: { readonly overwrites: boolean }, now: Instant): void {
    if (ground === "aside") return;
    const moved: Rectangle[] = [];
    for (const { area } of this.#tiles.values()) {
      // What comes back from the covered ground is exact.
      const part = ground === "back" ? undefined : intersect(area, source);
      if (part === undefined) continue;
      const at = { ...part, x: part.x - source.x + target.x, y: part.y - source.y + target.y };
      moved.push(...byTiles(at));
    }
    if (overwrites) for (const part of byTiles({ ...source, ...target })) this.#noteExact(part);
    for (const area of moved) this.#note(area, now);
  }

  /** Up to `atMost` areas that have stood still, and forgets them. */
  takeStill(now: Instant, atMost: number): readonly Rectangle[] {
    const areas: Rectangle[] = [];
    for (const [key, tile] of this.#tiles) {
      if (!(areas.length < atMost) || now < after(tile.stillSince, stillFor)) break;
      areas.push(tile.area);
      this.#tiles.delete(key);
    }
    return areas;
  }

  /** A part of a tile; what is left of it stays a rectangle, if need be a larger one. */
  #noteExact(part: Rectangle): void {
    const key = keyOf(part);
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    const left = outside([tile.area], part);
    if (left.length === 0) this.#tiles.delete(key);
    else this.#tiles.set(key, { ...tile, area: left.reduce(cover) });
  }

  #note(area: Rectangle, now: Instant): void {
    const key = keyOf(area);
    const before = this.#tiles.get(key);
    this.#tiles.delete(key);
    this.#tiles.set(key, { area: before === undefined ? area : cover(before.area, area), stillSince: now });
  }
}

function keyOf({ x, y }: Rectangle): string {
  return `${Math.floor(x / tileSide)},${Math.floor(y / tileSide)}`;
}

const stillFor = milliseconds(300);
/** Between two pictures of a film on a slow line nothing stands still. */
const restlessFor = milliseconds(400);
