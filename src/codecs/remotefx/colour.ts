import type { Pixels } from "#base/pixels.ts";

/** Side of a tile in pixels; RemoteFX knows no other. */
export const tileSide = 64;
/** Samples in one plane of a tile. */
export const tileSamples = tileSide * tileSide;

/**
 * Reads the tile whose top left corner is (x, y) and fills three planes of `tileSamples` each in `planes`: luma, blue
 * and red difference, as 11.5 fixed point with luma centred on zero (−4096 … 4095). Where the tile reaches over the
 * right or bottom edge of `pixels`, the last column and row are repeated. MS-RDPRFX 3.1.8.1.3.
 */
export function readTileInto(planes: Int16Array, pixels: Pixels, x: number, y: number): void {
  const { data } = pixels;
  const width = Math.min(tileSide, pixels.width - x);
  const height = Math.min(tileSide, pixels.height - y);
  for (let row = 0; row < tileSide; row++) {
    const target = row * tileSide;
    if (!(row < height)) {
      for (let plane = 0; plane < 3; plane++) {
        const at = plane * tileSamples + target;
        planes.copyWithin(at, at - tileSide, at);
      }
      continue;
    }
    let source = pixels.offset + (y + row) * pixels.stride + x * 4;
    for (let column = 0; column < width; column++, source += 4) {
      const blue = data[source]!;
      const green = data[source + 1]!;
      const red = data[source + 2]!;
      const at = target + column;
      // The factors carry 15 fractional bits, of which 5 stay. No sum leaves the range, so there is nothing to clamp.
      planes[at] = ((red * 9798 + green * 19235 + blue * 3735) >> 10) - 4096;
      planes[tileSamples + at] = (red * -5535 + green * -10868 + blue * 16403) >> 10;
      planes[2 * tileSamples + at] = (red * 16377 + green * -13714 + blue * -2663) >> 10;
    }
    for (let plane = 0; plane < 3; plane++) {
      const at = plane * tileSamples + target;
      if (width < tileSide) planes.fill(planes[at + width - 1]!, at + width, at + tileSide);
    }
  }
}

/** Writes three planes, as `readTileInto` makes them, over the 64×64 picture `target`; the unused byte becomes 0xff. */
export function writeTileInto(target: Pixels, planes: Int16Array): void {
  const { data } = target;
  for (let row = 0; row < tileSide; row++) {
    let to = target.offset + row * target.stride;
    for (let at = row * tileSide; at < (row + 1) * tileSide; at++, to += 4) {
      // 21 fractional bits: 5 of the sample and 16 of the factors. The products stay below 2^53, so no 32-bit wrap.
      const luma = (planes[at]! + 4096) * 65536;
      const blueDifference = planes[tileSamples + at]!;
      const redDifference = planes[2 * tileSamples + at]!;
      data[to] = toByte(luma + blueDifference * 115992);
      data[to + 1] = toByte(luma - blueDifference * 22527 - redDifference * 46819);
      data[to + 2] = toByte(luma + redDifference * 91916);
      data[to + 3] = 0xff;
    }
  }
}

function toByte(fixed: number): number {
  const value = Math.round(fixed / 2097152);
  return value < 0 ? 0 : 255 < value ? 255 : value;
}
