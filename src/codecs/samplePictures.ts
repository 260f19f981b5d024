import type { Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { seededRandom, type Random } from "./oracle.ts";

/** What tiles of a desktop look like, from the easiest to the hardest. */
export const sampleKinds = ["flat", "text", "gradient", "dithered", "few", "noise"] as const;
export type SampleKind = (typeof sampleKinds)[number];

/** A picture made by rule, the same for the same arguments; for tests and measurements. The fourth bytes are 0xff. */
export function samplePicture(kind: SampleKind, size: Size, seed = 1): Pixels {
  const pixels = newPixels(size);
  const random = seededRandom(seed);
  const colourAt = painters[kind](random);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const colour = colourAt(x, y);
      const at = y * pixels.stride + x * 4;
      pixels.data[at] = colour;
      pixels.data[at + 1] = colour >> 8;
      pixels.data[at + 2] = colour >> 16;
      pixels.data[at + 3] = 0xff;
    }
  }
  return pixels;
}

type Painter = (random: Random) => (x: number, y: number) => number;

const randomColour = (random: Random): number => Math.floor(random() * 0x1000000);

const painters: Readonly<Record<SampleKind, Painter>> = {
  flat: (random) => {
    const colour = randomColour(random);
    return () => colour;
  },
  /** Glyphs of 7 by 13, a few dozen of them, with grey edges, on paper. */
  text: (random) => {
    const ink = Array.from({ length: 40 * 7 * 13 }, () =>
      random() < 0.25 ? 0 : random() < 0.12 ? 0x808080 : 0xffffff,
    );
    const line = Array.from({ length: 997 }, () => Math.floor(random() * 40));
    return (x, y) => {
      const row = y % 16;
      if (13 <= row) return 0xffffff;
      const glyph = line[(Math.floor(x / 8) + Math.floor(y / 16) * 131) % line.length]!;
      return x % 8 === 7 ? 0xffffff : ink[glyph * 91 + row * 7 + (x % 8)]!;
    };
  },
  gradient: (random) => {
    const start = Math.floor(random() * 64);
    return (x, y) => (((start + x) & 255) << 16) | (((start + y) & 255) << 8) | ((start + ((x + y) >> 1)) & 255);
  },
  dithered: (random) => {
    const [one, other] = [randomColour(random), randomColour(random)];
    return (x, y) => ((x + y) % 2 === 0 ? one : other);
  },
  few: (random) => {
    const colours = Array.from({ length: 5 }, () => randomColour(random));
    let colour = colours[0]!;
    return () => {
      if (random() < 0.2) colour = colours[Math.floor(random() * colours.length)]!;
      return colour;
    };
  },
  noise: (random) => () => randomColour(random),
};
