import { fontData } from "./fontData.ts";
import { readFontOutlines, type FontOutlines } from "./fontOutlines.ts";
import { rasterizeGlyph, type GlyphBitmap, type HeightScale } from "./glyphRaster.ts";

export type FontWeight = "regular" | "bold";

/** A typeface at one size. All lengths in pixels. */
export interface Font {
  readonly size: number;
  /** From the baseline up to the top of the line. */
  readonly ascent: number;
  readonly lineHeight: number;
  /** The glyph of a character; of one that the font lacks, the sign for it. Kept once drawn. */
  glyph(codePoint: number): GlyphBitmap;
}

/** The font at `size` pixels an em, 6 … 200; the same object for the same arguments. */
export function font(weight: FontWeight, size: number): Font {
  const rounded = Math.max(6, Math.min(200, Math.round(size)));
  const key = `${weight} ${rounded}`;
  const known = fonts.get(key);
  if (known !== undefined) return known;
  const made = newFont(outlinesOf(weight), rounded);
  fonts.set(key, made);
  return made;
}

function newFont(outlines: FontOutlines, size: number): Font {
  const scale = size / outlines.unitsPerEm;
  const y = alignedHeights(outlines, scale);
  const bitmaps = new Map<number, GlyphBitmap>();
  const ascent = Math.ceil(outlines.ascent * scale);
  return {
    size,
    ascent,
    lineHeight: Math.max(ascent + Math.ceil(-outlines.descent * scale), Math.round(size * 1.4)),
    glyph: (codePoint) => {
      const number = outlines.glyphOf.get(codePoint) ?? outlines.glyphOf.get(0xfffd) ?? 0;
      const known = bitmaps.get(number);
      if (known !== undefined) return known;
      const { advance, contours } = outlines.outline(number);
      // Arrows, dots and signs keep their shape: they have no letters' heights to align.
      const heights: HeightScale = codePoint < 0x2190 ? y : (units) => units * scale;
      const made = rasterizeGlyph(contours, { x: scale, y: heights, advance: Math.round(advance * scale) });
      bitmaps.set(number, made);
      return made;
    },
  };
}

/**
 * Bends heights a little so that baseline, top of small and top of large letters fall on whole pixels: without that,
 * small text is blurred where the eye looks most. Round letters, which reach over these lines a little, are cut back to
 * them.
 */
function alignedHeights(outlines: FontOutlines, scale: number): HeightScale {
  const over = outlines.unitsPerEm * 0.016;
  const small = Math.max(1, Math.round(outlines.xHeight * scale));
  const large = Math.max(small + 1, Math.round(outlines.capHeight * scale));
  const knots: readonly (readonly [units: number, pixels: number])[] = [
    [-over, 0],
    [0, 0],
    [outlines.xHeight, small],
    [outlines.xHeight + over, small],
    [outlines.capHeight, large],
    [outlines.capHeight + over, large],
  ];
  return (units) => {
    if (units <= -over) return (units + over) * scale;
    for (let index = 1; index < knots.length; index++) {
      const [from, low] = knots[index - 1]!;
      const [to, high] = knots[index]!;
      if (units <= to) return low + ((units - from) * (high - low)) / (to - from);
    }
    return large + (units - outlines.capHeight - over) * scale;
  };
}

function outlinesOf(weight: FontWeight): FontOutlines {
  const known = outlinesByWeight.get(weight);
  if (known !== undefined) return known;
  const made = readFontOutlines(fontData[weight]);
  outlinesByWeight.set(weight, made);
  return made;
}

const fonts = new Map<string, Font>();
const outlinesByWeight = new Map<FontWeight, FontOutlines>();
