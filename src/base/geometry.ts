/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In pixels; covers x … x + width - 1. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The common part; undefined where there is none. */
export function intersect(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return 0 < width && 0 < height ? { x, y, width, height } : undefined;
}

/** The smallest rectangle that covers both. */
export function cover(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

export function isInside(area: Rectangle, at: Point): boolean {
  return area.x <= at.x && at.x < area.x + area.width && area.y <= at.y && at.y < area.y + area.height;
}

export const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
