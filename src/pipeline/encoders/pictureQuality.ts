import type { Rectangle } from "#base/geometry.ts";
import type { QuantizationPreset } from "#codecs/remotefx/quantization.ts";
import type { Frame } from "../encoder.ts";
import { tileSide } from "../shadow.ts";

/**
 * Whether an area is a picture without anybody trying to say it exactly: most of a tile that was one a moment ago has
 * changed again, as in a fade. It becomes exact when it stands still.
 */
export function isRestless(frame: Frame, area: Rectangle): boolean {
  return !frame.exact && area.width * area.height >= restlessMin && frame.isNearly(area);
}

/**
 * How well pictures are said at first: those that will be other ones at once, and a screen full of them, as drafts, so
 * that they are there soon.
 */
export function pictureQuality(frame: Frame, pictures: readonly Rectangle[]): QuantizationPreset {
  if (manyPictures < pictures.length) return "draft";
  const restless = pictures.filter((area) => frame.isNearly(area)).length;
  return 2 * restless < pictures.length ? "normal" : "draft";
}

/** In pixels: half a tile. */
const restlessMin = (tileSide * tileSide) / 2;
/** Of a screen of 1920 × 1080, an eighth: 60 kB at normal quality. */
const manyPictures = 64;
