import { intersect, type Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

interface Pictures {
  readonly before: Pixels;
  readonly now: Pixels;
  readonly motion: { readonly dx: number; readonly dy: number };
  readonly same: SameBytes;
}

/** Whether so many bytes are the same at a place of the new picture's data and at one of the old one's. */
export type SameBytes = (nowAt: number, beforeAt: number, bytes: number) => boolean;

/** Compares where the pictures are. */
export function sameBytesOf(now: Pixels, before: Pixels): SameBytes {
  const [to, from] = [bufferOver(now), bufferOver(before)];
  return (nowAt, beforeAt, bytes) => to.compare(from, beforeAt, beforeAt + bytes, nowAt, nowAt + bytes) === 0;
}

/**
 * The rectangle of `now` around `start`, inside `within`, that is in `before` too, `motion` away. undefined: copying it
 * would not pay. Something inside it may differ.
 */
export function grownMatch(
  options: Pictures & { readonly start: Rectangle; readonly within: Rectangle },
): Rectangle | undefined {
  const { before, motion, start, within } = options;
  const match = new Match(options);
  // The source has to lie inside the picture as well.
  const whole = { x: motion.dx, y: motion.dy, width: before.width, height: before.height };
  const limit = intersect(within, whole);
  const first = limit && intersect(start, limit);
  if (limit === undefined || first === undefined) return undefined;
  let grown = first;
  for (let round = 0; round < roundsMax; round++) {
    const next = grownRows(match, grownColumns(match, grown, limit), limit);
    if (next.width === grown.width && next.height === grown.height) break;
    grown = next;
  }
  const { gained, wrong } = match.result(grown);
  return minRowsGained < gained && wrong < gained * wrongMax ? grown : undefined;
}

/** Compares the pictures, one of them moved. */
class Match {
  readonly #pictures: Pictures;

  constructor(pictures: Pictures) {
    this.#pictures = pictures;
  }

  isSameRow(x: number, y: number, width: number): boolean {
    const { dx, dy } = this.#pictures.motion;
    return this.#isSame(x, y, width, x - dx, y - dy);
  }

  isSameArea({ x, y, width, height }: Rectangle): boolean {
    for (let row = y; row < y + height; row++) if (!this.isSameRow(x, row, width)) return false;
    return true;
  }

  /** How many rows of a tile's width copying makes right, less those that it spoils; and how many are wrong then. */
  result({ x, y, width, height }: Rectangle): { readonly gained: number; readonly wrong: number } {
    let gained = 0;
    let wrong = 0;
    // Of large areas some rows are enough to know.
    const step = Math.max(1, Math.floor(height / rowsCounted));
    for (let row = y; row < y + height; row += step) {
      for (let left = x; left < x + width; left += pieceWidth) {
        const piece = Math.min(pieceWidth, x + width - left);
        const was = this.#isSame(left, row, piece, left, row);
        const becomes = this.isSameRow(left, row, piece);
        if (was !== becomes) gained += ((becomes ? step : -step) * piece) / 64;
        if (!becomes) wrong += (step * piece) / 64;
      }
    }
    return { gained, wrong };
  }

  #isSame(x: number, y: number, width: number, fromX: number, fromY: number): boolean {
    const { before, now, same } = this.#pictures;
    const a = now.offset + y * now.stride + x * 4;
    const b = before.offset + fromY * before.stride + fromX * 4;
    return same(a, b, width * 4);
  }
}

function grownRows(match: Match, area: Rectangle, limit: Rectangle): Rectangle {
  let top = area.y;
  let bottom = area.y + area.height;
  while (limit.y < top && match.isSameRow(area.x, top - 1, area.width)) top--;
  while (bottom < limit.y + limit.height && match.isSameRow(area.x, bottom, area.width)) bottom++;
  return { ...area, y: top, height: bottom - top };
}

function grownColumns(match: Match, area: Rectangle, limit: Rectangle): Rectangle {
  const { y, height } = area;
  let left = area.x;
  let right = area.x + area.width;
  for (let step = firstStep; 1 <= step; step >>= 2) {
    for (;;) {
      const width = Math.min(step, left - limit.x);
      if (width === 0 || !match.isSameArea({ x: left - width, y, width, height })) break;
      left -= width;
    }
    for (;;) {
      const width = Math.min(step, limit.x + limit.width - right);
      if (width === 0 || !match.isSameArea({ x: right, y, width, height })) break;
      right += width;
    }
  }
  return { x: left, y, width: right - left, height };
}

function bufferOver({ data }: Pixels): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

const roundsMax = 3;
const firstStep = 256;
const pieceWidth = 256;
const rowsCounted = 128;
/** As many rows of a tile's width as make up half a tile. */
const minRowsGained = 32;
/** What the rectangle holds besides what has moved, as a part of that. */
const wrongMax = 0.5;
