import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";

/**
 * What the client has, or will have when it has shown all that was sent: a copy of the desktop by 64 × 64 tiles.
 * Encoders read the shadow, never the desktop, so that a picture that changes under their hands is torn nowhere for
 * longer than until the next change.
 */
export class Shadow {
  readonly pixels: Pixels;
  readonly #target: Buffer;
  /** Tiles of which the client has nothing yet, whatever the comparison says. */
  readonly #unknown = new Set<number>();
  readonly #columns: number;

  constructor(size: Size) {
    this.pixels = newPixels(size);
    this.#target = Buffer.from(this.pixels.data.buffer);
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
   * Takes over what differs in `source` inside `damage`, and tells where: at most one rectangle a tile, cut to the rows
   * and columns that differ. `source` has the shadow's size.
   */
  takeChanges(source: Pixels, damage: readonly Rectangle[]): readonly Rectangle[] {
    const from = Buffer.from(source.data.buffer, source.data.byteOffset, source.data.byteLength);
    const changes: Rectangle[] = [];
    for (const { index, tile } of this.#tilesUnder(damage)) {
      const change = this.#unknown.has(index) ? tile : this.#difference(from, source, tile);
      if (change === undefined) continue;
      this.#copy(from, source, change);
      this.#unknown.delete(index);
      changes.push(change);
    }
    for (const index of this.#unknown) {
      const tile = this.#tile(index);
      this.#copy(from, source, tile);
      changes.push(tile);
    }
    this.#unknown.clear();
    return changes;
  }

  #difference(from: Buffer, source: Pixels, tile: Rectangle): Rectangle | undefined {
    let top = tile.y;
    let bottom = tile.y + tile.height - 1;
    while (top <= bottom && this.#sameRow(from, source, tile, top)) top++;
    if (bottom < top) return undefined;
    // The screen goes on changing while it is looked at: what differed a moment ago may be as it was.
    while (top < bottom && this.#sameRow(from, source, tile, bottom)) bottom--;
    let left = tile.x + tile.width;
    let right = tile.x - 1;
    for (let y = top; y <= bottom; y++) {
      const a = source.offset + y * source.stride;
      const b = y * this.pixels.stride;
      let x = tile.x;
      while (x < left && samePixel(from, a + x * 4, this.#target, b + x * 4)) x++;
      left = Math.min(left, x);
      x = tile.x + tile.width - 1;
      while (right < x && samePixel(from, a + x * 4, this.#target, b + x * 4)) x--;
      right = Math.max(right, x);
    }
    return right < left ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }

  #sameRow(from: Buffer, source: Pixels, tile: Rectangle, y: number): boolean {
    const a = source.offset + y * source.stride + tile.x * 4;
    const b = y * this.pixels.stride + tile.x * 4;
    const bytes = tile.width * 4;
    return from.compare(this.#target, b, b + bytes, a, a + bytes) === 0;
  }

  #copy(from: Buffer, source: Pixels, area: Rectangle): void {
    for (let y = area.y; y < area.y + area.height; y++) {
      const a = source.offset + y * source.stride + area.x * 4;
      from.copy(this.#target, y * this.pixels.stride + area.x * 4, a, a + area.width * 4);
    }
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
    return Array.from(found, ([index, tile]) => ({ index, tile }));
  }

  #tile(index: number): Rectangle {
    const x = (index % this.#columns) * tileSide;
    const y = Math.floor(index / this.#columns) * tileSide;
    const { width, height } = this.pixels;
    return { x, y, width: Math.min(tileSide, width - x), height: Math.min(tileSide, height - y) };
  }
}

/** Blue, green and red; the fourth byte means nothing. */
function samePixel(a: Buffer, at: number, b: Buffer, bt: number): boolean {
  return a[at] === b[bt] && a[at + 1] === b[bt + 1] && a[at + 2] === b[bt + 2];
}

/** RemoteFX and progressive have tiles of this size, so one comparison serves all codecs. */
export const tileSide = 64;
