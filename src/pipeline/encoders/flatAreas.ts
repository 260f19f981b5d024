import { crop, type Pixels } from "#base/pixels.ts";
import type { Rectangle } from "#base/geometry.ts";

/** Areas of one colour, by it: 0xRRGGBB. */
export type FlatAreas = ReadonlyMap<number, readonly Rectangle[]>;

/** Parts the areas into those of one colour alone, and the others in their order. */
export function flatAreas(
  pixels: Pixels,
  areas: readonly Rectangle[],
): { readonly flat: FlatAreas; readonly others: readonly Rectangle[] } {
  const flat = new Map<number, Rectangle[]>();
  const others: Rectangle[] = [];
  for (const area of areas) {
    const color = colorOf(crop(pixels, area));
    if (color === undefined) others.push(area);
    else if (flat.get(color)?.push(area) === undefined) flat.set(color, [area]);
  }
  return { flat, others };
}

/** undefined: there is more than one. The fourth byte does not count. */
function colorOf({ data, offset, stride, width, height }: Pixels): number | undefined {
  const [blue, green, red] = [data[offset]!, data[offset + 1]!, data[offset + 2]!];
  for (let y = 0; y < height; y++) {
    const end = offset + y * stride + width * 4;
    for (let at = offset + y * stride; at < end; at += 4) {
      if (data[at] !== blue || data[at + 1] !== green || data[at + 2] !== red) return undefined;
    }
  }
  return (red << 16) | (green << 8) | blue;
}
