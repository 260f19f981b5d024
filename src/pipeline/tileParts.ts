import { intersect, type Rectangle } from "#base/geometry.ts";
import { tileSide } from "./shadow.ts";

/** An area cut along the edges of tiles, row by row. */
export function byTiles(area: Rectangle): readonly Rectangle[] {
  const parts: Rectangle[] = [];
  for (let y = area.y - (area.y % tileSide); y < area.y + area.height; y += tileSide) {
    for (let x = area.x - (area.x % tileSide); x < area.x + area.width; x += tileSide) {
      const part = intersect(area, { x, y, width: tileSide, height: tileSide });
      if (part !== undefined) parts.push(part);
    }
  }
  return parts;
}
