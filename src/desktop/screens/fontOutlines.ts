import { brotliDecompressSync } from "node:zlib";

/**
 * A closed curve of quadratic splines, in font units, y upwards: x, y, and whether the point is on the curve, in turn.
 */
export type Contour = readonly number[];

/** The outlines of one typeface. All lengths in font units. */
export interface FontOutlines {
  readonly unitsPerEm: number;
  readonly ascent: number;
  /** Negative. */
  readonly descent: number;
  /** The top of a small x, and of a large H. */
  readonly xHeight: number;
  readonly capHeight: number;
  /** The number of the glyph for a character; 0 is the sign for a missing one. */
  readonly glyphOf: ReadonlyMap<number, number>;
  readonly glyphs: readonly GlyphOutline[];
}

export interface GlyphOutline {
  readonly advance: number;
  readonly contours: readonly Contour[];
}

/** Reads what tools/font.ts wrote. */
export function readFontOutlines(base64: string): FontOutlines {
  const source = new NumberSource(brotliDecompressSync(Buffer.from(base64, "base64")));
  const unitsPerEm = source.next();
  const ascent = source.signed();
  const descent = source.signed();
  const xHeight = source.next();
  const capHeight = source.next();
  const glyphOf = readCharacters(source);
  return { unitsPerEm, ascent, descent, xHeight, capHeight, glyphOf, glyphs: readGlyphs(source) };
}

function readCharacters(source: NumberSource): Map<number, number> {
  const glyphOf = new Map<number, number>();
  let codePoint = 0;
  for (let left = source.next(); 0 < left; left--) {
    codePoint += source.next();
    glyphOf.set(codePoint, source.next());
  }
  return glyphOf;
}

interface Part {
  readonly glyph: number;
  readonly x: number;
  readonly y: number;
}

function readGlyphs(source: NumberSource): GlyphOutline[] {
  const read: { readonly advance: number; readonly contours: Contour[]; readonly parts: Part[] }[] = [];
  while (source.more) {
    const advance = source.next();
    const kind = source.next();
    const parts = kind === 0 ? many(source.next(), () => readPart(source)) : [];
    const contours = kind === 0 ? [] : readContours(source, kind - 1);
    read.push({ advance, contours, parts });
  }
  const flat = (index: number): Contour[] => {
    const glyph = read[index]!;
    return [...glyph.contours, ...glyph.parts.flatMap((part) => flat(part.glyph).map((each) => moved(each, part)))];
  };
  return read.map((glyph, index) => ({ advance: glyph.advance, contours: flat(index) }));
}

function readPart(source: NumberSource): Part {
  return { glyph: source.next(), x: source.signed(), y: source.signed() };
}

function readContours(source: NumberSource, count: number): Contour[] {
  let x = 0;
  let y = 0;
  return many(count, () =>
    many(source.next(), () => {
      const across = source.next();
      x += unfolded(across >>> 1);
      y += source.signed();
      return [x, y, across & 1];
    }).flat(),
  );
}

function moved(contour: Contour, by: Part): Contour {
  return contour.map((value, index) => value + (index % 3 === 0 ? by.x : index % 3 === 1 ? by.y : 0));
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** Numbers of seven bits a byte, the lowest first; signed ones with the sign in the lowest bit. */
class NumberSource {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get more(): boolean {
    return this.#at < this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error("the font data ends too early: run tools/font.ts");
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    return unfolded(this.next());
  }
}

function unfolded(value: number): number {
  return (value & 1) === 0 ? value >>> 1 : -((value + 1) >>> 1);
}
