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
  /** Reads it anew each time; keep what you draw. */
  readonly outline: (glyph: number) => GlyphOutline;
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
  const glyphs = new Glyphs(source);
  return { unitsPerEm, ascent, descent, xHeight, capHeight, glyphOf, outline: (glyph) => glyphs.outline(glyph) };
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

/** Only those glyphs are read that somebody draws: all of them take 50 ms, which is long for the first screen. */
class Glyphs {
  readonly #source: NumberSource;
  readonly #starts: readonly number[];

  constructor(source: NumberSource) {
    this.#source = source;
    this.#starts = startsOfGlyphs(source);
  }

  outline(glyph: number): GlyphOutline {
    const advance = this.#seek(glyph);
    return { advance, contours: this.#contours() };
  }

  /** Answers the advance, which stands first. */
  #seek(glyph: number): number {
    this.#source.at = this.#starts[glyph]!;
    return this.#source.next();
  }

  #contours(): Contour[] {
    const kind = this.#source.next();
    if (kind !== 0) return readContours(this.#source, kind - 1);
    const parts = many(this.#source.next(), () => readPart(this.#source));
    return parts.flatMap((part) => {
      this.#seek(part.glyph);
      return this.#contours().map((each) => moved(each, part));
    });
  }
}

function startsOfGlyphs(source: NumberSource): number[] {
  const starts: number[] = [];
  while (source.more) {
    starts.push(source.at);
    source.skip(1);
    const kind = source.next();
    if (kind === 0) source.skip(source.next() * numbersOfPart);
    for (let contours = kind - 1; 0 < contours; contours--) source.skip(source.next() * numbersOfPoint);
  }
  return starts;
}

interface Part {
  readonly glyph: number;
  readonly x: number;
  readonly y: number;
}

function readPart(source: NumberSource): Part {
  return { glyph: source.next(), x: source.signed(), y: source.signed() };
}

function readContours(source: NumberSource, count: number): Contour[] {
  let x = 0;
  let y = 0;
  return many(count, () => {
    const contour: number[] = [];
    for (let points = source.next(); 0 < points; points--) {
      const across = source.next();
      x += unfolded(across >>> 1);
      y += source.signed();
      contour.push(x, y, across & 1);
    }
    return contour;
  });
}

function moved(contour: Contour, by: Part): Contour {
  return contour.map((value, index) => value + (index % 3 === 0 ? by.x : index % 3 === 1 ? by.y : 0));
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** Numbers of seven bits a byte, the lowest first; signed ones with the sign in the lowest bit. */
class NumberSource {
  /** Where the next number begins. */
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get more(): boolean {
    return this.at < this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Error("the font data ends too early: run tools/font.ts");
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  skip(count: number): void {
    for (let left = count; 0 < left; left--) this.next();
  }

  signed(): number {
    return unfolded(this.next());
  }
}

function unfolded(value: number): number {
  return (value & 1) === 0 ? value >>> 1 : -((value + 1) >>> 1);
}

const numbersOfPart = 3;
const numbersOfPoint = 2;
