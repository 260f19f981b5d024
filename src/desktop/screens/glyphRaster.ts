import type { Contour } from "./fontOutlines.ts";

/** A glyph as it is put on the screen. */
export interface GlyphBitmap {
  readonly width: number;
  readonly height: number;
  /** From the pen to the left column, in pixels. */
  readonly left: number;
  /** From the baseline up to the top row, in pixels. */
  readonly top: number;
  /** How far the pen goes on, in pixels. */
  readonly advance: number;
  /** One byte a pixel: 0 nothing, 255 all of it. */
  readonly coverage: Uint8Array;
}

/** Turns a height in font units into pixels; see `alignedHeights`. */
export type HeightScale = (y: number) => number;

/**
 * Draws outlines with exact coverage. Each edge adds to every row that it crosses how much of a pixel lies to its
 * right; the running sum along the row is then the coverage.
 */
export function rasterizeGlyph(
  contours: readonly Contour[],
  scale: { readonly x: number; readonly y: HeightScale; readonly advance: number },
): GlyphBitmap {
  const edges = contours.flatMap((contour) => edgesOf(contour, scale));
  if (edges.length === 0) return { width: 0, height: 0, left: 0, top: 0, advance: scale.advance, coverage: empty };
  const left = Math.floor(Math.min(...edges.map((edge) => Math.min(edge.x0, edge.x1))));
  const right = Math.ceil(Math.max(...edges.map((edge) => Math.max(edge.x0, edge.x1))));
  const bottom = Math.floor(Math.min(...edges.map((edge) => Math.min(edge.y0, edge.y1))));
  const top = Math.ceil(Math.max(...edges.map((edge) => Math.max(edge.y0, edge.y1))));
  const width = Math.max(1, right - left);
  const height = Math.max(1, top - bottom);
  // One more column: an edge at the right border leaves its rest there.
  const sums = new Float32Array((width + 2) * height);
  for (const edge of edges) {
    addEdge(sums, width + 2, { x0: edge.x0 - left, y0: top - edge.y0, x1: edge.x1 - left, y1: top - edge.y1 });
  }
  return { width, height, left, top, advance: scale.advance, coverage: summed(sums, width, height) };
}

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * Straight pieces of a closed curve: where two points off the curve follow each other, the curve passes between them.
 */
function edgesOf(contour: Contour, scale: { readonly x: number; readonly y: HeightScale }): Edge[] {
  const count = contour.length / 3;
  const point = (index: number): { x: number; y: number; on: boolean } => {
    const at = (index % count) * 3;
    return { x: contour[at]! * scale.x, y: scale.y(contour[at + 1]!), on: contour[at + 2] === 1 };
  };
  const first = point(0);
  const last = point(count - 1);
  let pen = first.on ? first : last.on ? last : between(first, last);
  const start = pen;
  const edges: Edge[] = [];
  const lineTo = (x: number, y: number): void => {
    edges.push({ x0: pen.x, y0: pen.y, x1: x, y1: y });
    pen = { x, y, on: true };
  };
  for (let index = first.on ? 1 : 0; index < count; index++) {
    const here = point(index);
    if (here.on) {
      lineTo(here.x, here.y);
      continue;
    }
    const next = index + 1 < count ? point(index + 1) : start;
    curveTo(pen, here, next.on ? next : between(here, next), lineTo);
  }
  lineTo(start.x, start.y);
  return edges;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function curveTo(from: Place, control: Place, to: Place, lineTo: (x: number, y: number) => void): void {
  const bend = Math.hypot(from.x - 2 * control.x + to.x, from.y - 2 * control.y + to.y);
  const steps = Math.max(2, Math.min(16, Math.ceil(Math.sqrt(bend * 3))));
  for (let step = 1; step <= steps; step++) {
    const t = step / steps;
    const a = (1 - t) * (1 - t);
    const b = 2 * t * (1 - t);
    const c = t * t;
    lineTo(a * from.x + b * control.x + c * to.x, a * from.y + b * control.y + c * to.y);
  }
}

function between(a: Place, b: Place): { x: number; y: number; on: boolean } {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true };
}

/** Here y grows downwards. */
function addEdge(sums: Float32Array, stride: number, edge: Edge): void {
  if (edge.y0 === edge.y1) return;
  const direction = edge.y0 < edge.y1 ? 1 : -1;
  const [x0, y0, x1, y1] =
    direction === 1 ? [edge.x0, edge.y0, edge.x1, edge.y1] : [edge.x1, edge.y1, edge.x0, edge.y0];
  const slope = (x1 - x0) / (y1 - y0);
  for (let row = Math.floor(y0), lastRow = Math.ceil(y1); row < lastRow; row++) {
    const from = Math.max(y0, row);
    const to = Math.min(y1, row + 1);
    const xa = x0 + (from - y0) * slope;
    const xb = x0 + (to - y0) * slope;
    addPiece(sums, row * stride, direction * (to - from), Math.min(xa, xb), Math.max(xa, xb));
  }
}

/** An edge inside one row, of signed height `height`, between the columns `low` and `high`. */
function addPiece(sums: Float32Array, row: number, height: number, low: number, high: number): void {
  const first = Math.floor(low);
  const last = Math.floor(high);
  if (first === last) {
    const part = (low + high) / 2 - first;
    sums[row + first]! += height * (1 - part);
    sums[row + first + 1]! += height * part;
    return;
  }
  const perColumn = height / (high - low);
  let done = 0;
  for (let column = first; column <= last; column++) {
    const until = Math.min(high, column + 1);
    const from = Math.max(low, column);
    const piece = perColumn * (until - from);
    const part = (from + until) / 2 - column;
    sums[row + column]! += piece * (1 - part);
    sums[row + column + 1]! += piece * part;
    done += piece;
  }
  sums[row + last + 1]! += height - done;
}

function summed(sums: Float32Array, width: number, height: number): Uint8Array {
  const coverage = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += sums[y * (width + 2) + x]!;
      coverage[y * width + x] = Math.min(255, Math.round(Math.abs(sum) * 255));
    }
  }
  return coverage;
}

const empty = new Uint8Array(0);
