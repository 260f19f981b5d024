import type { Pixels } from "#base/pixels.ts";
import { BandEncoder, type BandPlan } from "./bands.ts";
import { glyphName, glyphPixelsMax, Glyphs } from "./glyphs.ts";
import { residualBytes, writeResidual } from "./residual.ts";
import { PaletteFinder, rlexBytes, writeRlex, type PaletteColours } from "./rlex.ts";
import { wordsOf } from "./words.ts";

/** How a picture is said: runs alone, few colours by their numbers, or bands of columns over runs. */
type Plan =
  | { readonly is: "residual"; readonly bytes: number }
  | { readonly is: "rlex"; readonly bytes: number; readonly palette: PaletteColours }
  | { readonly is: "bands"; readonly bytes: number; readonly bands: BandPlan };

/**
 * Encodes pictures without loss as CLEARCODEC_BITMAP_STREAMs (MS-RDPEGFX 2.2.4.1): best at text, whose columns the
 * decoder remembers. One per client; every stream that it gives must be sent, in order.
 */
export class ClearCodecEncoder {
  readonly #glyphs = new Glyphs();
  readonly #bands = new BandEncoder();
  readonly #palettes = new PaletteFinder();
  #words = new Uint32Array(0);
  #out = new Uint8Array(0);
  #sequence = 0;
  #isReset = true;

  /** The decoder may have lost what it remembered; it goes on counting. */
  restart(): void {
    this.#glyphs.reset();
    this.#bands.reset();
    this.#isReset = true;
  }

  /**
   * A stream of at most `atMost` bytes, given; it may be longer by columns that come back, and that the decoder stores
   * now. undefined: it would be longer; then nothing is to be sent. Neither side is longer than 65535.
   */
  encode(pixels: Pixels, { atMost }: { readonly atMost: number }): Uint8Array | undefined {
    const { width, height } = pixels;
    const count = width * height;
    if (this.#words.length < count) this.#words = new Uint32Array(count);
    const words = wordsOf(pixels, this.#words);
    const glyph = count <= glyphPixelsMax ? glyphName(words, width, height) : undefined;
    const known = glyph === undefined ? undefined : this.#glyphs.find(glyph);
    if (known !== undefined) return atMost < 4 ? undefined : this.#glyphHit(known);
    const plan = this.#plan(words, pixels, atMost - headerBytes - (glyph === undefined ? 0 : 2));
    return plan && this.#write(plan, pixels, glyph === undefined ? undefined : this.#glyphs.keep(glyph));
  }

  #glyphHit(slot: number): Uint8Array {
    const bytes = Uint8Array.of(flags.glyphIndex | flags.glyphHit, this.#sequence, slot, slot >>> 8);
    if (this.#isReset) bytes[0]! |= flags.cacheReset;
    this.#noteSent();
    return bytes;
  }

  /** The way that is shortest in the long run, of at most `atMost` bytes behind the headers. */
  #plan(words: Uint32Array, { width, height }: Pixels, atMost: number): Plan | undefined {
    const count = width * height;
    const runs = residualBytes(words, count, atMost);
    if (runs <= runsAtMost && runs <= atMost) return { is: "residual", bytes: runs };
    const bands = this.#bands.plan(words, width, height, Math.min(atMost, runs * columnsPackBetter));
    const banded: Plan | undefined = bands && { is: "bands", bytes: bands.bytesMax, bands };
    // Few colours hardly take less than a byte a run.
    if (bands !== undefined && bands.cost <= runs / 4) return banded;
    const room = Math.min(atMost, runs);
    const palette = this.#palettes.find(words, count);
    const bytes = palette === undefined ? Infinity : subcodecHeaderBytes + rlexBytes(palette, count, room);
    if (bands !== undefined && bands.cost <= columnsPackBetter * Math.min(bytes, room)) return banded;
    if (palette !== undefined && bytes <= room) return { is: "rlex", bytes, palette };
    return runs <= atMost ? { is: "residual", bytes: runs } : undefined;
  }

  #write(plan: Plan, { width, height }: Pixels, glyphSlot: number | undefined): Uint8Array {
    const count = width * height;
    const size = headerBytes + 2 + plan.bytes;
    if (this.#out.length < size) this.#out = new Uint8Array(size);
    const out = this.#out;
    out[0] = (glyphSlot === undefined ? 0 : flags.glyphIndex) | (this.#isReset ? flags.cacheReset : 0);
    out[1] = this.#sequence;
    let at = 2;
    if (glyphSlot !== undefined) {
      out[at++] = glyphSlot;
      out[at++] = glyphSlot >>> 8;
    }
    const counts = at;
    const start = counts + 12;
    let [residual, bands, end] = [start, start, start];
    switch (plan.is) {
      case "residual":
        residual = bands = end = writeResidual(this.#words, count, out, start);
        break;
      case "rlex":
        end = writeRlex(plan.palette, count, out, start + subcodecHeaderBytes);
        writeSubcodecHeader(out, start, { width, height, bytes: end - start - subcodecHeaderBytes });
        break;
      case "bands":
        residual = this.#bands.writeResidual(plan.bands, width, out, start);
        bands = end = this.#bands.writeBands(plan.bands, this.#words, width, out, residual);
    }
    writeU32(out, counts, residual - start);
    writeU32(out, counts + 4, bands - residual);
    writeU32(out, counts + 8, end - bands);
    this.#noteSent();
    return out.slice(0, end);
  }

  #noteSent(): void {
    this.#sequence = (this.#sequence + 1) & 0xff;
    this.#isReset = false;
  }
}

/** The bits of the first byte. MS-RDPEGFX 2.2.4.1 */
export const flags = { glyphIndex: 0x01, glyphHit: 0x02, cacheReset: 0x04 } as const;

/** The whole picture in RLEX. MS-RDPEGFX 2.2.4.1.1.3.1 */
function writeSubcodecHeader(
  out: Uint8Array,
  at: number,
  { width, height, bytes }: { readonly width: number; readonly height: number; readonly bytes: number },
): void {
  out.fill(0, at, at + 4);
  out[at + 4] = width;
  out[at + 5] = width >>> 8;
  out[at + 6] = height;
  out[at + 7] = height >>> 8;
  writeU32(out, at + 8, bytes);
  out[at + 12] = rlexSubcodec;
}

function writeU32(out: Uint8Array, at: number, value: number): void {
  for (let shift = 0; shift < 32; shift += 8) out[at++] = value >>> shift;
}

/** Flags, sequence number, and the lengths of the three layers. */
const headerBytes = 14;
const subcodecHeaderBytes = 13;
export const rlexSubcodec = 2;
/** Bulk compression makes less of colours and runs than of numbers of columns, which come back letter by letter. */
const columnsPackBetter = 1.7;
/** Nothing is worth trying against a few runs. */
const runsAtMost = 24;
