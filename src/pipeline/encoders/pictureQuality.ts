import type { Rectangle } from "#base/geometry.ts";
import type { QuantizationPreset } from "#codecs/remotefx/quantization.ts";
import type { Pixels } from "#base/pixels.ts";
import type { Frame } from "../encoder.ts";
import { wordsOver } from "../pixelWords.ts";
import { tileSide } from "../shadow.ts";

/**
 * Whether an area is a picture without anybody trying to say it exactly: most of a tile that was one a moment ago and
 * has changed again, as in a fade, or that looks much like one. It becomes exact when it stands still.
 */
export function isPicture(frame: Frame, area: Rectangle): boolean {
  if (frame.exact || area.width * area.height < pictureMin) return false;
  // Text that was once said nearly, as among pictures, is text again: it packs far better so.
  return looksGrainy(frame.pixels, area, { toldAtMost: frame.isNearly(area) ? 1 / 2 : 1 / 8 });
}

/**
 * Whether few of the pixels' colours are told by their neighbours, and not for want of colours, as where two are
 * dithered: nothing that says areas exactly packs those.
 */
function looksGrainy(
  pixels: Pixels,
  { x, y, width, height }: Rectangle,
  { toldAtMost }: { readonly toldAtMost: number },
): boolean {
  const words = wordsOver(pixels);
  if (words === undefined) return false;
  const { data, offset, stride } = words;
  const colours = new Set<number>();
  let looked = 0;
  let told = 0;
  for (let row = 1; row < height; row += rowsApart) {
    const begin = offset + (y + row) * stride + x;
    for (let at = begin + 1; at < begin + width; at++) {
      const [word, left, above] = [data[at]!, data[at - 1]!, data[at - stride]!];
      if (colours.size < manyColours) colours.add(word & colour);
      // Of a gradient each row differs from the one above by the same.
      const other = word - above - left + data[at - stride - 1]!;
      if ((word & colour) === (left & colour) || (word & colour) === (above & colour)) told += 3;
      else told += Number((other & 0xff) === 0) + Number((other & 0xff00) === 0) + Number((other & 0xff0000) === 0);
    }
    looked += 3 * (width - 1);
  }
  return told < toldAtMost * looked && colours.size === manyColours;
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

const rowsApart = 8;
const colour = 0xffffff;
const manyColours = 32;
/** In pixels: half a tile. */
const pictureMin = (tileSide * tileSide) / 2;
/** Of a screen of 1920 × 1080, an eighth: 60 kB at normal quality. */
const manyPictures = 64;
