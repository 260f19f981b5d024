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

/** The same pixels as `parts`, which do not overlap and come row by row, by fewer rectangles. */
export function joined(parts: readonly Rectangle[]): readonly Rectangle[] {
  const rows: Rectangle[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const isNext = last?.y === part.y && last.height === part.height && last.x + last.width === part.x;
    if (isNext) rows[rows.length - 1] = { ...last, width: last.width + part.width };
    else rows.push(part);
  }
  const areas: Rectangle[] = [];
  for (const row of rows) {
    const above = areas.findIndex(
      ({ x, y, width, height }) => x === row.x && width === row.width && y + height === row.y,
    );
    if (above === -1) areas.push(row);
    else areas[above] = { ...areas[above]!, height: areas[above]!.height + row.height };
  }
  return areas;
}
