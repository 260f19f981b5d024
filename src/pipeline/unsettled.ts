import { cover, type Rectangle } from "#base/geometry.ts";
import { after, milliseconds, type Instant } from "#base/units.ts";
import { tileSide } from "./shadow.ts";

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
      const key = keyOf(area);
      const before = this.#tiles.get(key);
      this.#tiles.delete(key);
      const whole = before === undefined ? area : cover(before.area, area);
      if (nearly.has(area) || before !== undefined) this.#tiles.set(key, { area: whole, stillSince: now });
    }
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
}

function keyOf({ x, y }: Rectangle): string {
  return `${Math.floor(x / tileSide)},${Math.floor(y / tileSide)}`;
}

const stillFor = milliseconds(300);
