import { intersect, type Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { Font } from "./font.ts";
import type { GlyphBitmap } from "./glyphRaster.ts";

/** 0xrrggbb. */
export type Color = number;

/** Draws on `target`, and nowhere outside of it or of the rectangle given to `clipped`. Pixels are written opaque. */
export class Canvas {
  readonly #target: Pixels;
  /** The same memory by pixels; on little-endian machines, which are all that there are here, blue comes first. */
  readonly #rows: { readonly words: Uint32Array; readonly stride: number };
  #clip: Rectangle;

  /** The picture's memory must start at a multiple of four. */
  constructor(target: Pixels) {
    this.#target = target;
    const { data, offset, stride, height } = target;
    const words = new Uint32Array(data.buffer, data.byteOffset + offset, (stride * height) / 4);
    this.#rows = { words, stride: stride / 4 };
    this.#clip = { x: 0, y: 0, width: target.width, height: target.height };
  }

  /** Runs `draw`; what it draws outside of `area` does not show. */
  clipped(area: Rectangle, draw: () => void): void {
    const before = this.#clip;
    this.#clip = intersect(before, area) ?? { x: 0, y: 0, width: 0, height: 0 };
    draw();
    this.#clip = before;
  }

  fillRectangle(area: Rectangle, color: Color): void {
    const part = intersect(area, this.#clip);
    if (part === undefined) return;
    const { words, stride } = this.#rows;
    for (let y = part.y; y < part.y + part.height; y++) {
      const start = y * stride + part.x;
      words.fill((0xff00_0000 | color) >>> 0, start, start + part.width);
    }
  }

  /** A filled rectangle with round corners, smoothed. */
  fillRound(area: Rectangle, radius: number, color: Color): void {
    const corner = Math.max(0, Math.min(radius, Math.floor(area.width / 2), Math.floor(area.height / 2)));
    this.fillRectangle({ ...area, y: area.y + corner, height: area.height - 2 * corner }, color);
    for (let row = 0; row < corner; row++) {
      const top = area.y + row;
      const bottom = area.y + area.height - 1 - row;
      this.fillRectangle({ x: area.x + corner, y: top, width: area.width - 2 * corner, height: 1 }, color);
      this.fillRectangle({ x: area.x + corner, y: bottom, width: area.width - 2 * corner, height: 1 }, color);
      for (let column = 0; column < corner; column++) {
        const away = Math.hypot(corner - column - 0.5, corner - row - 0.5);
        const coverage = Math.round(255 * Math.max(0, Math.min(1, corner - away + 0.5)));
        for (const y of [top, bottom]) {
          this.#blend(area.x + column, y, color, coverage);
          this.#blend(area.x + area.width - 1 - column, y, color, coverage);
        }
      }
    }
  }

  /** A round rectangle with a border inside its edges. */
  frameRound(
    area: Rectangle,
    look: { readonly radius: number; readonly border: number; readonly edge: Color; readonly inside: Color },
  ): void {
    this.fillRound(area, look.radius, look.edge);
    this.fillRound(inset(area, look.border), look.radius - look.border, look.inside);
  }

  /** One line of text; `y` is the top of the line. */
  text(font: Font, at: { readonly x: number; readonly y: number }, text: string, color: Color): void {
    let pen = at.x;
    const baseline = at.y + font.ascent;
    for (const character of text) {
      const glyph = font.glyph(character.codePointAt(0)!);
      this.#glyph(glyph, pen + glyph.left, baseline - glyph.top, color);
      pen += glyph.advance;
    }
  }

  #glyph(glyph: GlyphBitmap, x: number, y: number, color: Color): void {
    for (let row = 0; row < glyph.height; row++) {
      for (let column = 0; column < glyph.width; column++) {
        const coverage = glyph.coverage[row * glyph.width + column]!;
        if (coverage !== 0) this.#blend(x + column, y + row, color, coverage);
      }
    }
  }

  /** `coverage` 0 … 255. */
  #blend(x: number, y: number, color: Color, coverage: number): void {
    const clip = this.#clip;
    if (x < clip.x || y < clip.y || clip.x + clip.width <= x || clip.y + clip.height <= y) return;
    const { data, offset, stride } = this.#target;
    const at = offset + y * stride + x * 4;
    data[at] = mix(data[at]!, color & 0xff, coverage);
    data[at + 1] = mix(data[at + 1]!, (color >>> 8) & 0xff, coverage);
    data[at + 2] = mix(data[at + 2]!, color >>> 16, coverage);
    data[at + 3] = 0xff;
  }
}

/** The area without a border of `by` pixels; never less than nothing. */
export function inset(area: Rectangle, by: number): Rectangle {
  const width = Math.max(0, area.width - 2 * by);
  return { x: area.x + by, y: area.y + by, width, height: Math.max(0, area.height - 2 * by) };
}

function mix(below: number, above: number, coverage: number): number {
  return below + Math.round(((above - below) * coverage) / 255);
}
