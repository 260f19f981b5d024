import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { readRunLength, runLengthBytes, writeRunLength } from "./runLength.ts";

/** A picture of few colours: each by its number, in the order in which they are met first. */
export interface PaletteColours {
  /** 0xRRGGBB each; the first `count` count. */
  readonly colors: Uint32Array;
  readonly count: number;
  /** For each pixel the number of its colour. Lent until the next call. */
  readonly indexes: Uint8Array;
}

/** Finds the colours of pictures, as long as they are few. One picture at a time. */
export class PaletteFinder {
  readonly #colors = new Uint32Array(paletteMax);
  #indexes = new Uint8Array(0);
  /** An open hash of colours: their numbers and one, 0 where there is none. */
  readonly #numbers = new Uint8Array(hashSize);

  /** undefined: there are more than 127 colours. */
  find(words: Uint32Array, count: number): PaletteColours | undefined {
    if (this.#indexes.length < count) this.#indexes = new Uint8Array(count);
    this.#numbers.fill(0);
    let colors = 0;
    let before = -1;
    let index = 0;
    for (let at = 0; at < count; at++) {
      const color = words[at]!;
      if (color !== before) {
        before = color;
        let slot = (Math.imul(color, 0x9e3779b1) >>> 23) & (hashSize - 1);
        while (this.#numbers[slot] !== 0 && this.#colors[this.#numbers[slot]! - 1] !== color) {
          slot = (slot + 1) & (hashSize - 1);
        }
        if (this.#numbers[slot] === 0) {
          if (colors === paletteMax) return undefined;
          this.#colors[colors++] = color;
          this.#numbers[slot] = colors;
        }
        index = this.#numbers[slot]! - 1;
      }
      this.#indexes[at] = index;
    }
    return { colors: this.#colors, count: colors, indexes: this.#indexes };
  }
}

/** Bytes of the palette and its segments for `count` pixels, or more than `atMost`. MS-RDPEGFX 2.2.4.1.1.3.1.1 */
export function rlexBytes(palette: PaletteColours, count: number, atMost: number): number {
  const depthMax = suiteDepthMax(palette.count);
  let bytes = 1 + 3 * palette.count;
  for (let at = 0; at < count && bytes <= atMost;) {
    const run = endOfRun(palette.indexes, at, count);
    const end = endOfSuite(palette.indexes, run, count, depthMax);
    bytes += 1 + runLengthBytes(run - at - 1);
    at = end;
  }
  return bytes;
}

/** Writes the palette and its segments at `at`; gives where they end. There are at least two colours. */
export function writeRlex(palette: PaletteColours, count: number, out: Uint8Array, at: number): number {
  const { colors, indexes } = palette;
  out[at++] = palette.count;
  for (let index = 0; index < palette.count; index++) {
    out[at++] = colors[index]!;
    out[at++] = colors[index]! >>> 8;
    out[at++] = colors[index]! >>> 16;
  }
  const bits = stopIndexBits(palette.count);
  const depthMax = suiteDepthMax(palette.count);
  for (let from = 0; from < count;) {
    const run = endOfRun(indexes, from, count);
    const end = endOfSuite(indexes, run, count, depthMax);
    // The last pixel of the run is the first of the suite.
    out[at++] = ((end - run) << bits) | indexes[end - 1]!;
    at = writeRunLength(run - from - 1, out, at);
    from = end;
  }
  return at;
}

/** Reads CLEARCODEC_SUBCODEC_RLEX to the reader's end into `words`, which it fills. */
export function readRlex(reader: Reader, words: Uint32Array): void {
  const count = reader.u8();
  if (count < 1 || paletteMax < count) throw wrong("1 to 127 colours", count, reader);
  const colors = Array.from({ length: count }, () => reader.u8() | (reader.u8() << 8) | (reader.u8() << 16));
  const bits = stopIndexBits(count);
  let at = 0;
  while (0 < reader.remaining) {
    const both = reader.u8();
    const stop = both & ((1 << bits) - 1);
    const depth = both >> bits;
    if (count <= stop || stop < depth) throw wrong(`a suite within ${count} colours`, both, reader);
    const run = readRunLength(reader, words.length - at);
    words.fill(colors[stop - depth]!, at, at + run);
    at += run;
    if (words.length < at + depth + 1) throw wrong("a suite within the picture", depth, reader);
    for (let index = stop - depth; index <= stop; index++) words[at++] = colors[index]!;
  }
  if (at !== words.length) throw wrong(`${words.length} pixels`, at, reader);
}

/** Where the pixels from `from` on stop being equal. */
function endOfRun(indexes: Uint8Array, from: number, count: number): number {
  const index = indexes[from];
  let end = from + 1;
  while (end < count && indexes[end] === index) end++;
  return end;
}

/** Where the numbers, each one more than the one before it, stop: the suite begins with the pixel before `from`. */
function endOfSuite(indexes: Uint8Array, from: number, count: number, depthMax: number): number {
  const last = Math.min(count, from + depthMax);
  let end = from;
  while (end < last && indexes[end] === indexes[end - 1]! + 1 && indexes[end] !== indexes[end + 1]) end++;
  return end;
}

function stopIndexBits(colors: number): number {
  return colors <= 2 ? 1 : 32 - Math.clz32(colors - 1);
}

function suiteDepthMax(colors: number): number {
  return (1 << (8 - stopIndexBits(colors))) - 1;
}

function wrong(expected: string, got: number, reader: Reader): DecodeError {
  return new DecodeError({ is: "wrongValue", expected, got }, reader.offset);
}

const paletteMax = 127;
const hashSize = 512;
