// Makes src/desktop/screens/fontData.ts: the outlines of the characters that Holdfast's own screens can show, from the
// fonts of the Debian package fonts-dejavu-core. Only needed when the choice of characters changes: tools/node.sh
// tools/font.ts
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const fontFolder = "/usr/share/fonts/truetype/dejavu";
const target = new URL("../src/desktop/screens/fontData.ts", import.meta.url);

const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e], // ASCII
  [0xa0, 0x17f], // Latin-1 and Latin Extended-A
  [0x218, 0x21b], // Romanian
  [0x370, 0x3ff], // Greek
  [0x400, 0x4ff], // Cyrillic
  [0x1e9e, 0x1e9e], // Large sharp s
  [0x2010, 0x2027], // Punctuation
  [0x2030, 0x205e],
  [0x20ac, 0x20ac], // Euro
  [0x2116, 0x2116], // Numero
  [0x2122, 0x2122], // Trade mark
  [0x2190, 0x21ff], // Arrows
  [0x25cf, 0x25cf], // Password dot
  [0x26a0, 0x26a0], // Warning sign
  [0x2713, 0x2713], // Check mark
  [0xfffd, 0xfffd], // Replacement character
];

interface PointOnOutline {
  readonly x: number;
  readonly y: number;
  readonly on: boolean;
}
type Outline = readonly (readonly PointOnOutline[])[];
type Glyph =
  | { readonly is: "outline"; readonly outline: Outline }
  | {
      readonly is: "parts";
      readonly parts: readonly { readonly glyph: number; readonly x: number; readonly y: number }[];
    };

/** A TrueType font as far as it is needed here. */
class TrueType {
  readonly #view: DataView;
  readonly #tables = new Map<string, number>();

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < this.#view.getUint16(4); index++) {
      const at = 12 + 16 * index;
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
      this.#tables.set(tag, this.#view.getUint32(at + 8));
    }
  }

  get unitsPerEm(): number {
    return this.#view.getUint16(this.#table("head") + 18);
  }
  get ascent(): number {
    return this.#view.getInt16(this.#table("hhea") + 4);
  }
  get descent(): number {
    return this.#view.getInt16(this.#table("hhea") + 6);
  }

  /** By format 12, which DejaVu has; 0 where the font lacks the character. */
  glyphOf(codePoint: number): number {
    const cmap = this.#table("cmap");
    for (let index = 0; index < this.#view.getUint16(cmap + 2); index++) {
      const subtable = cmap + this.#view.getUint32(cmap + 4 + 8 * index + 4);
      if (this.#view.getUint16(subtable) !== 12) continue;
      for (let group = 0; group < this.#view.getUint32(subtable + 12); group++) {
        const at = subtable + 16 + 12 * group;
        const first = this.#view.getUint32(at);
        if (first <= codePoint && codePoint <= this.#view.getUint32(at + 4)) {
          return this.#view.getUint32(at + 8) + codePoint - first;
        }
      }
      return 0;
    }
    throw new Error("the font has no character map of format 12");
  }

  advance(glyph: number): number {
    const count = this.#view.getUint16(this.#table("hhea") + 34);
    return this.#view.getUint16(this.#table("hmtx") + 4 * Math.min(glyph, count - 1));
  }

  glyph(index: number): Glyph {
    const loca = this.#table("loca");
    const long = this.#view.getInt16(this.#table("head") + 50) === 1;
    const offset = (at: number): number =>
      long ? this.#view.getUint32(loca + 4 * at) : 2 * this.#view.getUint16(loca + 2 * at);
    if (offset(index) === offset(index + 1)) return { is: "outline", outline: [] };
    const start = this.#table("glyf") + offset(index);
    const contours = this.#view.getInt16(start);
    return contours < 0 ? this.#composite(start + 10) : { is: "outline", outline: this.#simple(start + 10, contours) };
  }

  #simple(start: number, contours: number): Outline {
    const view = this.#view;
    const ends = Array.from({ length: contours }, (_, index) => view.getUint16(start + 2 * index));
    const count = (ends.at(-1) ?? -1) + 1;
    let at = start + 2 * contours;
    at += 2 + view.getUint16(at);
    const flags: number[] = [];
    while (flags.length < count) {
      const flag = view.getUint8(at++);
      const repeat = (flag & 8) === 0 ? 1 : 1 + view.getUint8(at++);
      for (let index = 0; index < repeat; index++) flags.push(flag);
    }
    const coordinates = (short: number, same: number): number[] => {
      let value = 0;
      return flags.map((flag) => {
        if ((flag & short) !== 0) value += (flag & same) === 0 ? -view.getUint8(at++) : view.getUint8(at++);
        else if ((flag & same) === 0) {
          value += view.getInt16(at);
          at += 2;
        }
        return value;
      });
    };
    const xs = coordinates(2, 16);
    const ys = coordinates(4, 32);
    const points = flags.map((flag, index) => ({ x: xs[index]!, y: ys[index]!, on: (flag & 1) !== 0 }));
    return ends.map((end, index) => points.slice((ends[index - 1] ?? -1) + 1, end + 1));
  }

  /** Parts that are only moved stay parts; scaled or turned ones become outlines. */
  #composite(start: number): Glyph {
    const view = this.#view;
    const parts: { glyph: number; x: number; y: number }[] = [];
    const outline: PointOnOutline[][] = [];
    let moved = true;
    for (let at = start, more = true; more;) {
      const flags = view.getUint16(at);
      const glyph = view.getUint16(at + 2);
      at += 4;
      const wide = (flags & 1) !== 0;
      const x = wide ? view.getInt16(at) : view.getInt8(at);
      const y = wide ? view.getInt16(at + 2) : view.getInt8(at + 1);
      at += wide ? 4 : 2;
      const numbers = (flags & 8) !== 0 ? 1 : (flags & 0x40) !== 0 ? 2 : (flags & 0x80) !== 0 ? 4 : 0;
      const m = Array.from({ length: numbers }, (_, index) => view.getInt16(at + 2 * index) / 16384);
      at += 2 * numbers;
      const [xx, xy, yx, yy] = numbers === 4 ? [m[0]!, m[1]!, m[2]!, m[3]!] : [m[0] ?? 1, 0, 0, m[1] ?? m[0] ?? 1];
      moved &&= xx === 1 && yy === 1 && xy === 0 && yx === 0;
      parts.push({ glyph, x, y });
      for (const contour of this.flat(glyph)) {
        outline.push(
          contour.map((p) => ({
            x: Math.round(p.x * xx + p.y * yx) + x,
            y: Math.round(p.x * xy + p.y * yy) + y,
            on: p.on,
          })),
        );
      }
      more = (flags & 0x20) !== 0;
    }
    return moved ? { is: "parts", parts } : { is: "outline", outline };
  }

  flat(index: number): Outline {
    const glyph = this.glyph(index);
    if (glyph.is === "outline") return glyph.outline;
    return glyph.parts.flatMap((part) =>
      this.flat(part.glyph).map((contour) => contour.map((p) => ({ ...p, x: p.x + part.x, y: p.y + part.y }))),
    );
  }

  #table(tag: string): number {
    const at = this.#tables.get(tag);
    if (at === undefined) throw new Error(`the font has no table ${tag}`);
    return at;
  }
}

/** The form that src/desktop/screens/fontOutlines.ts reads: numbers of seven bits a byte, signed ones zigzag. */
function pack(font: TrueType): Uint8Array {
  const out: number[] = [];
  const put = (value: number): void => {
    for (let left = value; ; left = Math.floor(left / 128)) {
      out.push(left < 128 ? left : (left % 128) | 128);
      if (left < 128) return;
    }
  };
  const signed = (value: number): void => put(value < 0 ? -2 * value - 1 : 2 * value);

  const glyphs: number[] = [0];
  const numberOf = (glyph: number): number => {
    const known = glyphs.indexOf(glyph);
    return known === -1 ? glyphs.push(glyph) - 1 : known;
  };
  const characters = ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
    .filter((codePoint) => font.glyphOf(codePoint) !== 0);
  put(font.unitsPerEm);
  signed(font.ascent);
  signed(font.descent);
  for (const letter of "xH")
    put(
      Math.max(
        ...font
          .flat(font.glyphOf(letter.codePointAt(0)!))
          .flat()
          .map((p) => p.y),
      ),
    );
  put(characters.length);
  for (const [index, codePoint] of characters.entries()) {
    put(codePoint - (characters[index - 1] ?? 0));
    put(numberOf(font.glyphOf(codePoint)));
  }
  for (let index = 0; index < glyphs.length; index++) {
    const glyph = font.glyph(glyphs[index]!);
    put(font.advance(glyphs[index]!));
    if (glyph.is === "parts") {
      put(0);
      put(glyph.parts.length);
      for (const part of glyph.parts) {
        put(numberOf(part.glyph));
        signed(part.x);
        signed(part.y);
      }
      continue;
    }
    put(1 + glyph.outline.length);
    let x = 0;
    let y = 0;
    for (const contour of glyph.outline) {
      put(contour.length);
      for (const point of contour) {
        const across = point.x - x;
        put((across < 0 ? -2 * across - 1 : 2 * across) * 2 + (point.on ? 1 : 0));
        signed(point.y - y);
        ({ x, y } = point);
      }
    }
  }
  return Uint8Array.from(out);
}

function embedded(file: string): string {
  const packed = pack(new TrueType(readFileSync(`${fontFolder}/${file}`)));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return brotliCompressSync(packed, { params }).toString("base64");
}

const text = `// Generated by tools/font.ts from the fonts DejaVu Sans and DejaVu Sans Bold; do not edit.
//
// Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved. Bitstream Vera is a trademark of Bitstream, Inc.
// DejaVu changes are in public domain.
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of the fonts accompanying this license ("Fonts") and associated
// documentation files (the "Font Software"), to reproduce and distribute the
// Font Software, including without limitation the rights to use, copy, merge,
// publish, distribute, and/or sell copies of the Font Software, and to permit
// persons to whom the Font Software is furnished to do so, subject to the
// following conditions:
//
// The above copyright and trademark notices and this permission notice shall
// be included in all copies of one or more of the Font Software typefaces.
//
// The Font Software may be modified, altered, or added to, and in particular
// the designs of glyphs or characters in the Fonts may be modified and
// additional glyphs or characters may be added to the Fonts, only if the fonts
// are renamed to names not containing either the words "Bitstream" or the word
// "Vera".
//
// This License becomes null and void to the extent applicable to Fonts or Font
// Software that has been modified and is distributed under the "Bitstream
// Vera" names.
//
// The Font Software may be sold as part of a larger software package but no
// copy of one or more of the Font Software typefaces may be sold by itself.
//
// THE FONT SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
// OR IMPLIED, INCLUDING BUT NOT LIMITED TO ANY WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF COPYRIGHT, PATENT,
// TRADEMARK, OR OTHER RIGHT. IN NO EVENT SHALL BITSTREAM OR THE GNOME
// FOUNDATION BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, INCLUDING
// ANY GENERAL, SPECIAL, INDIRECT, INCIDENTAL, OR CONSEQUENTIAL DAMAGES,
// WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF
// THE USE OR INABILITY TO USE THE FONT SOFTWARE OR FROM OTHER DEALINGS IN THE
// FONT SOFTWARE.
//
// Except as contained in this notice, the names of Gnome, the Gnome
// Foundation, and Bitstream Inc., shall not be used in advertising or
// otherwise to promote the sale, use or other dealings in this Font Software
// without prior written authorization from the Gnome Foundation or Bitstream
// Inc., respectively. For further information, contact: fonts at gnome dot
// org.

/** Outlines in the form that fontOutlines.ts reads, compressed with Brotli, in base 64. */
export const fontData = {
  regular:
    "${embedded("DejaVuSans.ttf")}",
  bold: "${embedded("DejaVuSans-Bold.ttf")}",
} as const;
`;
writeFileSync(target, text);
console.log(`${target.pathname}: ${text.length} bytes`);
