import type { Rectangle } from "#base/geometry.ts";
import type { Words } from "./anchors.ts";

/** What moved to `area`, and how far. */
export interface Moved {
  readonly dx: number;
  readonly dy: number;
  readonly area: Rectangle;
}

/**
 * How far what lies at `last.area` in `before` has moved on, when that is nearly as far as the last time: a dragged
 * window never goes quite straight. It looks for a few of its edges around the place where they are expected. Both
 * pictures have this size. undefined: they are not there, or nothing moved.
 */
export function nearbyMotion(
  before: Words,
  now: Words,
  { width, height, last }: { readonly width: number; readonly height: number; readonly last: Moved },
): { readonly dx: number; readonly dy: number } | undefined {
  const votes = new Map<number, number>();
  for (const { x, y } of edgesIn(before, last.area)) {
    const expected = { x: x + last.dx, y: y + last.dy };
    const [left, right] = [Math.max(0, expected.x - reach), Math.min(width - edgeWidth, expected.x + reach)];
    const [top, bottom] = [Math.max(0, expected.y - reach), Math.min(height - secondRow - 1, expected.y + reach)];
    const from = before.offset + y * before.stride + x;
    const first = before.data[from]!;
    const second = before.data[from + 1]!;
    for (let row = top; row <= bottom; row++) {
      const start = now.offset + row * now.stride;
      for (let at = start + left; at <= start + right; at++) {
        if (now.data[at] !== first || now.data[at + 1] !== second) continue;
        if (!isSame(before, from, now, at)) continue;
        const key = (row - y + 0x8000) * 0x10000 + (at - start - x + 0x8000);
        votes.set(key, (votes.get(key) ?? 0) + 1);
      }
    }
  }
  const [best, next] = Array.from(votes).toSorted((a, b) => b[1] - a[1]);
  if (best === undefined || best[1] < votesMin || best[1] === next?.[1]) return undefined;
  const dx = (best[0] & 0xffff) - 0x8000;
  const dy = Math.floor(best[0] / 0x10000) - 0x8000;
  return dx === 0 && dy === 0 ? undefined : { dx, dy };
}

/** The first edge in some rows, each sought from another column on. */
function edgesIn({ data, offset, stride }: Words, { x, y, width, height }: Rectangle) {
  const edges: { readonly x: number; readonly y: number }[] = [];
  const step = Math.max(1, Math.floor(height / rowsSought));
  for (let row = y; row < y + height - secondRow && edges.length < edgesMax; row += step) {
    const start = offset + row * stride;
    const skipped = Math.floor((width * ((edges.length * 5) % edgesMax)) / edgesMax);
    for (let column = x + skipped; column < x + width - edgeWidth; column++) {
      if (data[start + column] === data[start + column + 1]) continue;
      edges.push({ x: column, y: row });
      break;
    }
  }
  return edges;
}

/** Some pixels to the right of both, and to the right of what lies some rows below. */
function isSame(before: Words, from: number, now: Words, at: number): boolean {
  const [below, belowNow] = [from + secondRow * before.stride, at + secondRow * now.stride];
  for (let next = 0; next < edgeWidth; next++) {
    if (before.data[from + next] !== now.data[at + next]) return false;
    if (before.data[below + next] !== now.data[belowNow + next]) return false;
  }
  return true;
}

/** In pixels, in each direction. */
const reach = 32;
const edgeWidth = 24;
const secondRow = 5;
const edgesMax = 8;
/** Many rows of a window are plain. */
const rowsSought = 40;
const votesMin = 3;
