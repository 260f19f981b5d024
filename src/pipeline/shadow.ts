import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { Copy } from "./copies/copySearch.ts";
import { frameWork, type FrameWork } from "./frameWork.ts";

/**
 * What the client has, or will have when it has shown all that was sent: a copy of the desktop by 64 × 64 tiles.
 * Encoders read the shadow, never the desktop, so that a picture that changes under their hands is torn nowhere for
 * longer than until the next change.
 */
export class Shadow {
  readonly pixels: Pixels;
  readonly #work: FrameWork;
  /** Tiles of which the client has nothing yet, whatever the comparison says. */
  readonly #unknown = new Set<number>();
  readonly #columns: number;

  constructor(size: Size, work: FrameWork = frameWork(size)) {
    this.pixels = work.known;
    this.#work = work;
    this.#columns = Math.ceil(size.width / tileSide);
    this.forget({ x: 0, y: 0, ...size });
  }

  /** The client may have lost what is in this area: it is sent again at the next occasion, changed or not. */
  forget(area: Rectangle): void {
    for (const { index } of this.#tilesUnder([area])) this.#unknown.add(index);
  }

  /** Whether something is to be sent even when nothing is damaged. */
  get isIncomplete(): boolean {
    return 0 < this.#unknown.size;
  }

  /**
   * Where `screen` differs inside `damage`, as in `takeChanges`, and takes nothing over; unknown tiles do not count.
   */
  differences(screen: Pixels, damage: readonly Rectangle[]): readonly Rectangle[] {
    const tiles = this.#tilesUnder(damage).map(({ tile }) => tile);
    return this.#work.differences(screen, tiles).filter((area) => area !== undefined);
  }

  /** Takes over these areas of `screen`, whatever they show now. */
  takeAreas(screen: Pixels, areas: readonly Rectangle[]): void {
    for (const area of areas) this.#work.take(screen, area);
  }

  /** The client copies a part of what it has to another place, and so does the shadow. */
  copy(copy: Copy): void {
    this.#work.move(copy);
  }

  /**
   * Takes over what differs in `screen` inside `damage`, and tells where: at most one rectangle a tile, cut to the rows
   * and columns that differ. `screen` has the shadow's size.
   */
  takeChanges(screen: Pixels, damage: readonly Rectangle[]): readonly Rectangle[] {
    const changes: Rectangle[] = [];
    const known: Rectangle[] = [];
    for (const { index, tile } of this.#tilesUnder(damage)) {
      if (this.#unknown.delete(index)) changes.push(tile);
      else known.push(tile);
    }
    for (const change of this.#work.differences(screen, known)) if (change !== undefined) changes.push(change);
    for (const index of this.#unknown) changes.push(this.#tile(index));
    this.#unknown.clear();
    this.takeAreas(screen, changes);
    return changes;
  }

  /** As `takeChanges`, for what lies inside `region` alone; of unknown tiles those that lie in it whole. */
  takeInside(screen: Pixels, region: Rectangle, damage: readonly Rectangle[]): readonly Rectangle[] {
    const inside = damage.flatMap((area) => intersect(area, region) ?? []);
    const unknown = Array.from(this.#unknown, (index) => ({ index, tile: this.#tile(index) })).filter(({ tile }) =>
      isWithin(tile, region),
    );
    for (const { index } of unknown) this.#unknown.delete(index);
    const parts = this.#tilesUnder(inside).flatMap(({ tile }) => intersect(tile, region) ?? []);
    const differing = this.#work.differences(screen, parts).filter((area) => area !== undefined);
    const changes = [...unknown.map(({ tile }) => tile), ...differing];
    this.takeAreas(screen, changes);
    return changes;
  }

  #tilesUnder(areas: readonly Rectangle[]): readonly { readonly index: number; readonly tile: Rectangle }[] {
    const found = new Map<number, Rectangle>();
    for (const area of areas) {
      const inside = intersect(area, { x: 0, y: 0, ...this.pixels });
      if (inside === undefined) continue;
      const lastRow = Math.floor((inside.y + inside.height - 1) / tileSide);
      const lastColumn = Math.floor((inside.x + inside.width - 1) / tileSide);
      for (let row = Math.floor(inside.y / tileSide); row <= lastRow; row++) {
        for (let column = Math.floor(inside.x / tileSide); column <= lastColumn; column++) {
          const index = row * this.#columns + column;
          if (!found.has(index)) found.set(index, this.#tile(index));
        }
      }
    }
    // Neighbours are compared together.
    return Array.from(found, ([index, tile]) => ({ index, tile })).toSorted((a, b) => a.index - b.index);
  }

  #tile(index: number): Rectangle {
    const x = (index % this.#columns) * tileSide;
    const y = Math.floor(index / this.#columns) * tileSide;
    const { width, height } = this.pixels;
    return { x, y, width: Math.min(tileSide, width - x), height: Math.min(tileSide, height - y) };
  }
}

function isWithin(tile: Rectangle, region: Rectangle): boolean {
  const common = intersect(tile, region);
  return common?.width === tile.width && common.height === tile.height;
}

/** RemoteFX and progressive have tiles of this size, so one comparison serves all codecs. */
export const tileSide = 64;
