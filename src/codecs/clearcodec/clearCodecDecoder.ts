import { named } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { decodeNscodec } from "../nscodec/decode.ts";
import { flags } from "./clearCodecEncoder.ts";
import { glyphPixelsMax, glyphSlots } from "./glyphs.ts";
import { readResidual } from "./residual.ts";
import { readRlex } from "./rlex.ts";
import { bandHeightMax, shortVBarSlots, vBarSlots } from "./vBars.ts";
import { paintWords } from "./words.ts";

/** A column of a band, from the top; 0xRRGGBB. */
type Column = Uint32Array;

interface Glyph {
  readonly pixels: Pixels;
}

/** Decodes CLEARCODEC_BITMAP_STREAMs in the order in which they were sent; one per connection. MS-RDPEGFX 3.3.8.1 */
export class ClearCodecDecoder {
  readonly #glyphs = new Map<number, Glyph>();
  readonly #vBars = new Map<number, Column>();
  readonly #shortVBars = new Map<number, Column>();
  #vBarCursor = 0;
  #shortVBarCursor = 0;
  #sequence = 0;

  /** Draws a picture of the target's size over the target. Malformed bytes are a DecodeError. */
  decodeInto(target: Pixels, bytes: Uint8Array): void {
    named("ClearCodec bitmap", "MS-RDPEGFX 2.2.4.1", () => this.#decode(target, new Reader(bytes)));
  }

  #decode(target: Pixels, reader: Reader): void {
    const set = reader.u8();
    const sequence = reader.u8();
    if (sequence !== this.#sequence) throw wrong(`sequence number ${this.#sequence}`, sequence, reader);
    this.#sequence = (sequence + 1) & 0xff;
    if ((set & flags.cacheReset) !== 0) this.#vBarCursor = this.#shortVBarCursor = 0;
    if ((set & flags.glyphIndex) === 0) {
      if ((set & flags.glyphHit) !== 0) throw wrong("a glyph index with a glyph hit", set, reader);
      return this.#readLayers(target, reader);
    }
    if (glyphPixelsMax < target.width * target.height) {
      throw wrong(`a glyph of at most ${glyphPixelsMax} pixels`, target.width * target.height, reader);
    }
    const index = reader.u16le();
    if (glyphSlots <= index) throw wrong(`a glyph index below ${glyphSlots}`, index, reader);
    if ((set & flags.glyphHit) !== 0) {
      reader.expectEnd();
      const glyph = this.#glyphs.get(index)?.pixels;
      if (glyph?.width !== target.width || glyph.height !== target.height) {
        throw wrong(`a glyph of ${target.width}x${target.height} in slot ${index}`, "another", reader);
      }
      return copyPixelsInto(target, glyph);
    }
    this.#readLayers(target, reader);
    const kept = newPixels(target);
    copyPixelsInto(kept, target);
    this.#glyphs.set(index, { pixels: kept });
  }

  /** CLEARCODEC_COMPOSITE_PAYLOAD: each layer lies over the one before. */
  #readLayers(target: Pixels, reader: Reader): void {
    const [residual, bands, subcodecs] = [reader.u32le(), reader.u32le(), reader.u32le()];
    const words = new Uint32Array(target.width * target.height);
    paintWords(target, words, readResidual(reader.within(residual), words));
    const bandReader = reader.within(bands);
    while (0 < bandReader.remaining) this.#readBand(target, bandReader);
    const subcodecReader = reader.within(subcodecs);
    while (0 < subcodecReader.remaining) readSubcodec(target, subcodecReader);
    reader.expectEnd();
  }

  #readBand(target: Pixels, reader: Reader): void {
    const [left, right, top, bottom] = [reader.u16le(), reader.u16le(), reader.u16le(), reader.u16le()];
    const background = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16);
    const height = bottom - top + 1;
    const isInside = left <= right && right < target.width && top <= bottom && bottom < target.height;
    if (!isInside) throw wrong("a band inside the picture", `${left}–${right}, ${top}–${bottom}`, reader);
    if (bandHeightMax < height) throw wrong(`a band of at most ${bandHeightMax} rows`, height, reader);
    for (let x = left; x <= right; x++) {
      paintWords(crop(target, { x, y: top, width: 1, height }), this.#readVBar(reader, height, background));
    }
  }

  #readVBar(reader: Reader, height: number, background: number): Column {
    const header = reader.u16le();
    if ((header & 0x8000) !== 0) {
      const known = this.#vBars.get(header & 0x7fff);
      if (known?.length !== height) throw wrong(`a column of ${height} pixels`, known?.length ?? "none", reader);
      return known;
    }
    let short: Column | undefined;
    let on = header & 0xff;
    if ((header & 0x4000) !== 0) {
      short = this.#shortVBars.get(header & 0x3fff);
      on = reader.u8();
      if (short === undefined) throw wrong("a short column in its slot", "none", reader);
    } else {
      const off = (header >> 8) & 0x3f;
      if (off < on) throw wrong(`an end behind ${on}`, off, reader);
      short = Uint32Array.from({ length: off - on }, () => reader.u8() | (reader.u8() << 8) | (reader.u8() << 16));
      this.#shortVBars.set(this.#shortVBarCursor, short);
      this.#shortVBarCursor = (this.#shortVBarCursor + 1) % shortVBarSlots;
    }
    if (height < on + short.length) throw wrong(`a column of at most ${height} pixels`, on + short.length, reader);
    const whole = new Uint32Array(height).fill(background);
    whole.set(short, on);
    this.#vBars.set(this.#vBarCursor, whole);
    this.#vBarCursor = (this.#vBarCursor + 1) % vBarSlots;
    return whole;
  }
}

function readSubcodec(target: Pixels, reader: Reader): void {
  const [x, y, width, height] = [reader.u16le(), reader.u16le(), reader.u16le(), reader.u16le()];
  const bytes = reader.u32le();
  const subcodec = reader.u8();
  if (target.width < x + width || target.height < y + height) {
    throw wrong("a subcodec's picture inside the picture", `${width}x${height}+${x}+${y}`, reader);
  }
  const part = crop(target, { x, y, width, height });
  const data = reader.within(bytes);
  switch (subcodec) {
    case 0: {
      const words = Uint32Array.from(
        { length: width * height },
        () => data.u8() | (data.u8() << 8) | (data.u8() << 16),
      );
      data.expectEnd();
      return paintWords(part, words);
    }
    case 1:
      return copyPixelsInto(part, decodeNscodec(data.rest(), { width, height }));
    case 2: {
      const words = new Uint32Array(width * height);
      readRlex(data, words);
      return paintWords(part, words);
    }
    default:
      throw wrong("a subcodec", subcodec, reader);
  }
}

function wrong(expected: string, got: number | string, reader: Reader): DecodeError {
  return new DecodeError({ is: "wrongValue", expected, got }, reader.offset);
}
