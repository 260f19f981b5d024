import { newPixels, type Pixels } from "../src/base/pixels.ts";

/** What a test picture looks like. */
export type PictureKind = "photo" | "text" | "noise" | "flat";

/** A picture made from a seed, the same each time. */
export function picture(
  kind: PictureKind,
  size: { readonly width: number; readonly height: number },
  seed = 1,
): Pixels {
  const pixels = newPixels(size);
  const random = randomFrom(seed);
  const flat = [random() * 256, random() * 256, random() * 256];
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = y * pixels.stride + x * 4 + channel;
        if (kind === "noise") pixels.data[at] = random() * 256;
        else if (kind === "flat") pixels.data[at] = flat[channel]!;
        else if (kind === "text") pixels.data[at] = isInk(x, y, seed) ? 24 + 10 * channel : 236 + 5 * channel;
        else pixels.data[at] = clamp(wave(x, y, channel + seed) + random() * 5);
      }
      pixels.data[y * pixels.stride + x * 4 + 3] = 0xff;
    }
  }
  return pixels;
}

/** Red letters on blue over all of a picture, as in `picture("text")`. */
export function colouredLetters(size: { readonly width: number; readonly height: number }, seed = 1): Pixels {
  const pixels = picture("text", size, seed);
  for (let at = 0; at < pixels.data.length; at += 4) {
    pixels.data.set(pixels.data[at]! < 128 ? [40, 20, 230] : [200, 30, 20], at);
  }
  return pixels;
}

/** Numbers from 0 up to 1, the same for each seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * How near `got` is to `wanted`, in decibels over the three colours (Infinity when equal), and the largest difference.
 */
export function nearness(wanted: Pixels, got: Pixels): { readonly decibels: number; readonly worst: number } {
  let squares = 0;
  let worst = 0;
  for (let y = 0; y < wanted.height; y++) {
    for (let x = 0; x < wanted.width * 4; x++) {
      if ((x & 3) === 3) continue;
      const difference = Math.abs(
        wanted.data[wanted.offset + y * wanted.stride + x]! - got.data[got.offset + y * got.stride + x]!,
      );
      squares += difference * difference;
      worst = Math.max(worst, difference);
    }
  }
  return { decibels: 10 * Math.log10((255 * 255 * wanted.width * wanted.height * 3) / squares), worst };
}

/** Strokes two pixels wide in rows of glyph-like shapes. */
function isInk(x: number, y: number, seed: number): boolean {
  const glyph = ((Math.floor(x / 8) * 2654435761) ^ (Math.floor(y / 16) * 40503 + seed)) >>> 3;
  const column = x & 7;
  const row = y & 15;
  if (column === 7 || row < 3 || 13 < row) return false;
  return ((glyph >> (column >> 1)) & 1) === 1 ? (row & 3) !== 3 : row === 3 + ((glyph >> 5) & 7);
}

function wave(x: number, y: number, phase: number): number {
  return 128 + 60 * Math.sin(x / 17 + phase) + 45 * Math.cos(y / 23 + x / 40) + (x + y > 150 + phase ? 15 : -10);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}
