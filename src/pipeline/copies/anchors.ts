import type { Rectangle } from "#base/geometry.ts";
import type { Words } from "../pixelWords.ts";

/**
 * Places in a picture that are told by what lies there, and not by where that is: edges whose first pixels have a rare
 * hash. What moves takes its anchors along.
 */
export class Anchors {
  count = 0;
  /** Of the pixels to the right of each anchor. */
  readonly hashes = new Int32Array(anchorsMax);
  readonly xs = new Uint16Array(anchorsMax);
  readonly ys = new Uint16Array(anchorsMax);
  #edges = 0;

  /**
   * Begins anew in a picture of so many rows: one edge in 2 ** `rarity` is an anchor, and every `rowStep`th row is
   * looked at.
   */
  collect(
    words: Words,
    height: number,
    areas: readonly Rectangle[],
    { rarity, rowStep }: { readonly rarity: number; readonly rowStep: number },
  ): void {
    this.count = 0;
    this.#edges = 0;
    for (const area of areas) {
      const bottom = Math.min(area.y + area.height, height - secondRow);
      for (let y = area.y; y < bottom; y += rowStep) {
        if (!this.#collectRow(words, area, y, 32 - rarity)) return;
      }
    }
  }

  /** False: there is no more room, or time. */
  #collectRow({ data, offset, stride }: Words, area: Rectangle, y: number, shift: number): boolean {
    const row = offset + y * stride;
    const end = row + area.x + area.width - anchorWidth;
    const below = secondRow * stride;
    let before = data[row + area.x]!;
    for (let at = row + area.x + 1; at < end; at++) {
      const word = data[at]!;
      if (word === before) continue;
      before = word;
      this.#edges++;
      let hash = Math.imul(word ^ data[at - 1]!, 0x9e3779b1);
      for (let next = at + 1; next < at + edgeWidth; next++) hash = Math.imul(hash ^ data[next]!, 0x85ebca6b);
      if (hash >>> shift !== 0) continue;
      // Strokes make many neighbouring rows alike, but hardly two that are some rows apart.
      for (let next = at; next < at + anchorWidth; next++) {
        hash = Math.imul(hash ^ data[next]!, 0x01000193);
        hash = Math.imul(hash ^ data[next + below]!, 0x85ebca6b);
        hash ^= hash >>> 15;
      }
      if (this.count === anchorsMax) return false;
      this.hashes[this.count] = hash;
      this.xs[this.count] = at - row;
      this.ys[this.count] = y;
      this.count++;
    }
    return this.#edges < edgesMax;
  }
}

const edgeWidth = 8;
/** Wider than a few letters, so that most anchors are there once only. */
const anchorWidth = 48;
const secondRow = 5;
const anchorsMax = 4096;
/** Bounds the time; a screen full of text has about this many. */
const edgesMax = 200_000;
