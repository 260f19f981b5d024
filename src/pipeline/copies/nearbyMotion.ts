import type { Point, Rectangle } from "#base/geometry.ts";
import type { Words } from "../pixelWords.ts";

/** What moved to `area`, and how far. */
export interface Moved extends Motion {
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
): Motion | undefined {
  const edges = edgesIn(before, last.area);
  const votesFor = ({ dx, dy }: Motion): number => {
    const places = edges.filter(({ x, y }) => {
      const isInside = 0 <= x + dx && x + dx <= width - edgeWidth && 0 <= y + dy && y + dy < height - secondRow;
      const [from, to] = [before.offset + y * before.stride + x, now.offset + (y + dy) * now.stride + x + dx];
      return isInside && isSame(before, from, now, to);
    });
    return places.length;
  };
  // An edge that is there no more says nothing; of one that is, the others tell whether it is itself.
  for (const edge of edges) {
    const found = placesNear(before, now, edge, { width, height, last })
      .map((motion) => ({ motion, votes: votesFor(motion) }))
      .toSorted((a, b) => b.votes - a.votes);
    const [best, next] = found;
    if (best === undefined || best.votes < votesMin || best.votes === next?.votes) continue;
    return best.motion.dx === 0 && best.motion.dy === 0 ? undefined : best.motion;
  }
  return undefined;
}

interface Motion {
  readonly dx: number;
  readonly dy: number;
}

/** How far the edge may have moved, up to so many ways. */
function placesNear(
  before: Words,
  now: Words,
  { x, y }: Point,
  { width, height, last }: { readonly width: number; readonly height: number; readonly last: Motion },
): readonly Motion[] {
  const motions: Motion[] = [];
  const expected = { x: x + last.dx, y: y + last.dy };
  const [left, right] = [Math.max(0, expected.x - reach), Math.min(width - edgeWidth, expected.x + reach)];
  const [top, bottom] = [Math.max(0, expected.y - reach), Math.min(height - secondRow - 1, expected.y + reach)];
  const from = before.offset + y * before.stride + x;
  const [first, second] = [before.data[from]!, before.data[from + 1]!];
  const { data, offset, stride } = now;
  for (let row = top; row <= bottom; row++) {
    const start = offset + row * stride;
    for (let at = start + left; at <= start + right; at++) {
      if (data[at] !== first || data[at + 1] !== second || !isSame(before, from, now, at)) continue;
      motions.push({ dx: at - start - x, dy: row - y });
      if (motions.length === motionsMax) return motions;
    }
  }
  return motions;
}

/** The first edge in some rows, each sought from another column on. */
function edgesIn({ data, offset, stride }: Words, { x, y, width, height }: Rectangle) {
  const edges: Point[] = [];
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
/** What is there more often is a pattern. */
const motionsMax = 16;
