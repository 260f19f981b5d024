import type { Rectangle } from "#base/geometry.ts";
import { tileSide } from "./shadow.ts";

/** How much of what is to be sent goes in one frame of so many bytes, by what pixels have taken lately. */
export class Portion {
  /** Bytes for each pixel; 0: unknown. */
  #density = 0;

  /** The smallest areas first, one at least: what a key changes is small. */
  of(
    areas: readonly Rectangle[],
    bytes: number,
  ): { readonly sent: readonly Rectangle[]; readonly left: readonly Rectangle[] } {
    if (bytes === Infinity || pixelsOf(areas) * this.#density <= bytes) return { sent: areas, left: [] };
    const sorted = areas.toSorted((a, b) => a.width * a.height - b.width * b.height);
    let count = 0;
    for (let taken = 0; count < sorted.length; count++) {
      taken += pixelsOf([sorted[count]!]) * this.#density;
      if (bytes < taken) break;
    }
    const atLeastOne = Math.max(1, count);
    return { sent: sorted.slice(0, atLeastOne), left: sorted.slice(atLeastOne) };
  }

  /** How many whole tiles. */
  tiles(bytes: number): number {
    const each = this.#density * tileSide * tileSide;
    return each === 0 ? Infinity : Math.max(1, Math.floor(bytes / each));
  }

  /** Dear ones are remembered for longer than cheap ones. */
  noteSent(areas: readonly Rectangle[], bytes: number): void {
    const pixels = pixelsOf(areas);
    if (pixels < pixelsMin) return;
    const density = bytes / pixels;
    this.#density = Math.max(density, this.#density * 0.8 + density * 0.2);
  }
}

function pixelsOf(areas: readonly Rectangle[]): number {
  return areas.reduce((sum, { width, height }) => sum + width * height, 0);
}

/** Of a few letters the most part is what surrounds them. */
const pixelsMin = 64 * 32;
