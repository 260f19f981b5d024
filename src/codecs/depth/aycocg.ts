import type { Pixels } from "#base/pixels.ts";

/** A picture as luma and two differences of colour, each in bytes, as NSCodec and the planar codec send it. */
export interface Aycocg {
  readonly luma: Uint8Array;
  /** Red against blue; two's complement, shifted right by `colourLoss - 1`. */
  readonly orange: Uint8Array;
  /** Green against red and blue; likewise. */
  readonly green: Uint8Array;
  readonly alpha?: Uint8Array | undefined;
  readonly lumaStride: number;
  readonly chromaStride: number;
  /** 1 to 7: bits dropped of the differences, the first of which the conversion itself takes. */
  readonly colourLoss: number;
  /** The differences stand for two by two pixels. */
  readonly subsampled: boolean;
  /** Red and blue come out exchanged. */
  readonly redBlueSwapped?: boolean;
}

/** Writes row `row` of `source` into row `y` of `target`. MS-RDPEGDI 3.1.9.1.2, MS-RDPNSC 3.1.8.1. */
export function aycocgRowInto(target: Pixels, y: number, source: Aycocg, row: number): void {
  const { luma, orange, green, alpha } = source;
  const { data } = target;
  // Shifted to the top of 32 bits first, so that what leaves the byte is lost and the sign is right.
  const up = 24 + source.colourLoss - 1;
  const half = source.subsampled ? 1 : 0;
  const sign = source.redBlueSwapped === true ? -1 : 1;
  const chromaRow = (row >> half) * source.chromaStride;
  const lumaRow = row * source.lumaStride;
  let to = target.offset + y * target.stride;
  for (let x = 0; x < target.width; x++, to += 4) {
    const chroma = chromaRow + (x >> half);
    const co = ((orange[chroma]! << up) >> 24) * sign;
    const cg = (green[chroma]! << up) >> 24;
    const base = luma[lumaRow + x]! - cg;
    data[to] = clamp(base - co);
    data[to + 1] = clamp(base + 2 * cg);
    data[to + 2] = clamp(base + co);
    data[to + 3] = alpha === undefined ? 0xff : alpha[row * target.width + x]!;
  }
}

/**
 * Fills the planes of `target` from `source`, all at full size and `lumaStride` wide, top row first; the columns behind
 * the picture repeat its last. Loss: luma is rounded down, the differences are shifted.
 */
export function fillAycocg(
  target: Pick<Aycocg, "luma" | "orange" | "green" | "lumaStride" | "colourLoss">,
  source: Pixels,
): void {
  const { luma, orange, green, colourLoss } = target;
  const { data, width, height } = source;
  for (let row = 0; row < height; row++) {
    let from = source.offset + row * source.stride;
    let at = row * target.lumaStride;
    for (const end = at + width; at < end; at++, from += 4) {
      const blue = data[from]!;
      const middle = data[from + 1]!;
      const red = data[from + 2]!;
      luma[at] = (red + 2 * middle + blue) >> 2;
      orange[at] = (red - blue) >> colourLoss;
      green[at] = (2 * middle - red - blue) >> (colourLoss + 1);
    }
    const end = (row + 1) * target.lumaStride;
    if (at < end && 0 < width) {
      luma.fill(luma[at - 1]!, at, end);
      orange.fill(orange[at - 1]!, at, end);
      green.fill(green[at - 1]!, at, end);
    }
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : 255 < value ? 255 : value;
}
