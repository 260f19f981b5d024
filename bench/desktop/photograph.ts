import { newPixels, type Pixels } from "#base/pixels.ts";
import type { Size } from "#base/geometry.ts";
import { randomFrom } from "../../test/pictures.ts";

/** A picture as a camera takes it: soft shapes with edges at every scale, and the grain of a sensor. */
export function photograph(size: Size, seed = 1): Pixels {
  const pixels = newPixels(size);
  const random = randomFrom(seed);
  const layers = [320, 110, 40, 14, 5].map((scale) => ({ scale, field: field(size, scale, random) }));
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      let light = 0;
      for (const { scale, field: values } of layers) light += valueAt(values, x / scale, y / scale) * scale ** 0.75;
      light /= 30;
      // A horizon, a ridge: edges that no wave has.
      const ridge = Math.sin(light * 9) > 0.6 ? 38 : 0;
      const grain = (random() - 0.5) * 7;
      const at = y * pixels.stride + x * 4;
      const base = 40 + 150 * (0.5 + light / 4) + ridge;
      pixels.data[at] = clamp(base * (0.75 + (0.4 * y) / size.height) + grain);
      pixels.data[at + 1] = clamp(base + 12 * light + grain);
      pixels.data[at + 2] = clamp(base * (1.15 - (0.3 * y) / size.height) + grain);
      pixels.data[at + 3] = 0xff;
    }
  }
  return pixels;
}

/** Frames of a film: a camera that pans and shakes a little, something that runs through it, and grain in each. */
export function film(size: Size, frames: number, seed = 3): readonly Pixels[] {
  const scene = photograph({ width: size.width + margin, height: size.height + margin }, seed);
  const random = randomFrom(seed + 1);
  return Array.from({ length: frames }, (_, frame) => {
    const pan = (margin / 2) * (1 + Math.sin((frame / frames) * 2 * Math.PI));
    const shake = 3 + 3 * Math.sin(frame * 0.9);
    return filmFrame(scene, size, { x: pan, y: shake + margin / 4, ball: (frame / frames) * size.width, random });
  });
}

function filmFrame(
  scene: Pixels,
  size: Size,
  {
    x: left,
    y: top,
    ball,
    random,
  }: { readonly x: number; readonly y: number; readonly ball: number; random(): number },
): Pixels {
  const pixels = newPixels(size);
  const [wholeX, wholeY] = [Math.floor(left), Math.floor(top)];
  const [partX, partY] = [left - wholeX, top - wholeY];
  for (let y = 0; y < size.height; y++) {
    const from = (y + wholeY) * scene.stride + wholeX * 4;
    for (let x = 0; x < size.width; x++) {
      const isBall = (x - ball) ** 2 + (y - size.height / 2) ** 2 < (size.height / 8) ** 2;
      const grain = (random() - 0.5) * 4;
      const at = y * pixels.stride + x * 4;
      for (let channel = 0; channel < 3; channel++) {
        const near = from + x * 4 + channel;
        // Between four pixels, since a camera does not move by whole ones.
        const upper = scene.data[near]! * (1 - partX) + scene.data[near + 4]! * partX;
        const lower = scene.data[near + scene.stride]! * (1 - partX) + scene.data[near + scene.stride + 4]! * partX;
        const value = isBall ? 60 * channel + 40 : upper * (1 - partY) + lower * partY;
        pixels.data[at + channel] = clamp(value + grain);
      }
      pixels.data[at + 3] = 0xff;
    }
  }
  return pixels;
}

interface Field {
  readonly values: Float32Array;
  readonly columns: number;
}

function field({ width, height }: Size, scale: number, random: () => number): Field {
  const columns = Math.ceil(width / scale) + 2;
  const values = Float32Array.from({ length: columns * (Math.ceil(height / scale) + 2) }, () => random() * 2 - 1);
  return { values, columns };
}

function valueAt({ values, columns }: Field, x: number, y: number): number {
  const [wholeX, wholeY] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [smooth(x - wholeX), smooth(y - wholeY)];
  const at = wholeY * columns + wholeX;
  const upper = values[at]! * (1 - partX) + values[at + 1]! * partX;
  const lower = values[at + columns]! * (1 - partX) + values[at + columns + 1]! * partX;
  return upper * (1 - partY) + lower * partY;
}

const smooth = (part: number): number => part * part * (3 - 2 * part);
const clamp = (value: number): number => Math.max(0, Math.min(255, value));
const margin = 160;
