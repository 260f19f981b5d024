import type { Pixels } from "#base/pixels.ts";
import { blueWeights, clamp, redWeights, weigh, type Yuv420 } from "./yuv420.ts";

/** Where the second picture of YUV444 keeps what the first one has left out. MS-RDPEGFX 3.3.8.3.2, 3.3.8.3.3 */
export type ChromaForm = "avc444" | "avc444v2";

/** Both sides of a picture in YUV444 are multiples of this: then nobody has to agree on how it is padded. */
export const chromaViewStep = 16;

/**
 * The second of the two pictures in YUV420 that make one in YUV444. The first is `referenceYuv420`: its colours are
 * those of squares of four pixels, kept in the place of each square's first one. Here are the colours of the other
 * three.
 */
export function referenceChromaView(pixels: Pixels, form: ChromaForm): Yuv420 {
  const { width, height } = pixels;
  const quarter = (width * height) / 4;
  const planes = { luma: new Uint8Array(quarter * 4), blue: new Uint8Array(quarter), red: new Uint8Array(quarter) };
  const place = form === "avc444" ? firstFormPlaces : secondFormPlaces;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x % 2 === 0 && y % 2 === 0) continue;
      const { blue, red } = place(x, y, width);
      planes[blue.plane][blue.at] = colourOf(pixels, x, y, blueWeights);
      planes[red.plane][red.at] = colourOf(pixels, x, y, redWeights);
    }
  }
  return planes;
}

/**
 * Of every fourth row, how many pairs of neighbours (0 and 1, 2 and 3 …) differ much in one of their colours: what
 * squares of one colour would blur. The width is a multiple of 16.
 */
export function colourEdges(pixels: Pixels): number {
  let count = 0;
  for (let y = 0; y < pixels.height; y += 4) {
    for (let x = 0; x < pixels.width; x += 2) {
      const isFar = [blueWeights, redWeights].some(
        (weights) => farApart < Math.abs(colourOf(pixels, x, y, weights) - colourOf(pixels, x + 1, y, weights)),
      );
      if (isFar) count++;
    }
  }
  return count;
}

/** One of a pixel's colours in whole resolution. */
export function colourOf(
  { data, offset, stride }: Pixels,
  x: number,
  y: number,
  weights: readonly [number, number, number],
): number {
  const from = offset + y * stride + x * 4;
  return clamp(((weigh([data[from]!, data[from + 1]!, data[from + 2]!], weights) + 0x4000) >> 15) + 128);
}

/** Where both colours of a pixel are in the second picture, for each pixel that is not the first of its square. */
export type ChromaPlaces = (
  x: number,
  y: number,
  width: number,
) => { readonly blue: ChromaPlace; readonly red: ChromaPlace };

export interface ChromaPlace {
  readonly plane: keyof Yuv420;
  readonly at: number;
}

/**
 * Odd rows are whole rows of brightness, eight of blue above the same eight of red; of even rows the odd columns are
 * the colours.
 */
export const firstFormPlaces: ChromaPlaces = (x, y, width) => {
  const row = y >> 1;
  if (y % 2 === 0) {
    const at = (row * width) / 2 + (x >> 1);
    return { blue: { plane: "blue", at }, red: { plane: "red", at } };
  }
  const at = ((row >> 3) * 16 + (row & 7)) * width + x;
  return { blue: { plane: "luma", at }, red: { plane: "luma", at: at + 8 * width } };
};

/**
 * Odd columns of all rows are the brightness, blue to the left and red to the right; of odd rows the columns 0, 4, 8 …
 * are the one colour and 2, 6, 10 … the other, blue to the left and red to the right again.
 */
export const secondFormPlaces: ChromaPlaces = (x, y, width) => {
  if (x % 2 === 1) {
    const at = y * width + (x >> 1);
    return { blue: { plane: "luma", at }, red: { plane: "luma", at: at + width / 2 } };
  }
  const plane = x % 4 === 0 ? "blue" : "red";
  const at = ((y >> 1) * width) / 2 + (x >> 2);
  return { blue: { plane, at }, red: { plane, at: at + width / 4 } };
};
/** A photograph's edges are softer; those of coloured letters are not. */
const farApart = 40;
