import type { Rectangle, Size } from "#base/geometry.ts";

/** The place of a 64×64 tile, counted in tiles from the top left corner. */
export interface TilePlace {
  readonly column: number;
  readonly row: number;
}

/** The tiles that `rectangles` touch inside a picture of `size`, each once, row by row. */
export function tilesUnder(rectangles: readonly Rectangle[], size: Size): readonly TilePlace[] {
  const columns = Math.ceil(size.width / 64);
  const rows = Math.ceil(size.height / 64);
  const touched = new Uint8Array(columns * rows);
  for (const { x, y, width, height } of rectangles) {
    const right = Math.min(columns, Math.ceil((x + width) / 64));
    const bottom = Math.min(rows, Math.ceil((y + height) / 64));
    for (let row = y >> 6; row < bottom; row++) touched.fill(1, row * columns + (x >> 6), row * columns + right);
  }
  const places: TilePlace[] = [];
  for (let index = touched.indexOf(1); index !== -1; index = touched.indexOf(1, index + 1)) {
    places.push({ column: index % columns, row: Math.floor(index / columns) });
  }
  return places;
}
