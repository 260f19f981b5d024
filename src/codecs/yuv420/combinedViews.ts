import type { Size } from "#base/geometry.ts";
import { firstFormPlaces, secondFormPlaces, type ChromaForm } from "./chromaView.ts";
import { clamp, type Yuv420 } from "./yuv420.ts";

/** The colours of each pixel, `width * height` bytes each. */
export interface WholeColours {
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
}

/**
 * What a client makes of both pictures: three pixels of each square have their colours from the second one. The first
 * has what is left of the square's sum, unless that is nearly the square's own colour: then it is taken for noise.
 * MS-RDPEGFX 3.3.8.3.2
 */
export function combinedColours(
  { width, height }: Size,
  main: Yuv420,
  chroma: Yuv420 | undefined,
  form: ChromaForm,
): WholeColours {
  const whole = { blue: new Uint8Array(width * height), red: new Uint8Array(width * height) };
  const places = form === "avc444" ? firstFormPlaces : secondFormPlaces;
  for (const colour of ["blue", "red"] as const) {
    const plane = whole[colour];
    for (let y = 0; y < height; y += 2) {
      for (let x = 0; x < width; x += 2) {
        const mean = main[colour][((y >> 1) * width) / 2 + (x >> 1)]!;
        let rest = mean * 4;
        for (const [dx, dy] of others) {
          const { plane: from, at } = places(x + dx, y + dy, width)[colour];
          const value = chroma === undefined ? mean : chroma[from][at]!;
          plane[(y + dy) * width + x + dx] = value;
          rest -= value;
        }
        const first = clamp(rest);
        plane[y * width + x] = Math.abs(first - mean) < noise ? mean : first;
      }
    }
  }
  return whole;
}

const others = [
  [1, 0],
  [0, 1],
  [1, 1],
] as const;
/** Smaller differences come from the encoder. */
const noise = 30;
