import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Size } from "#base/geometry.ts";
import { crop, newPixels, type Pixels } from "#base/pixels.ts";
import { hex } from "../../../test/hex.ts";
import { Reader } from "../../base/bytes/reader.ts";
import { attack, seededRandom } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { ClearCodecDecoder } from "./clearCodecDecoder.ts";
import { ClearCodecEncoder } from "./clearCodecEncoder.ts";
import { clearCodecOracle } from "./oracle.ts";
import { PaletteFinder, writeRlex } from "./rlex.ts";
import { readRunLength, runLengthBytes, writeRunLength } from "./runLength.ts";

test("a glyph that was kept is drawn from four bytes: MS-RDPEGFX 4.1.1.1, example 1", () => {
  const decoder = decoderAt(0xc2);
  const size = { width: 8, height: 9 };
  decoder.decodeInto(newPixels(size), hex("01 c2 11 00 04000000 00000000 00000000 ff000048"));
  const target = newPixels(size);

  decoder.decodeInto(target, hex("03 c3 11 00"));

  assert.deepEqual(
    colours(target),
    Array.from({ length: 72 }, () => 0x0000ff),
  );
});

test("a line in fourteen colours is drawn from its suites, and becomes them again: MS-RDPEGFX 4.1.1.1, example 2", () => {
  const target = newPixels({ width: 78, height: 17 });

  decoderAt(0x0d).decodeInto(target, hex(suitesExample));

  const drawn = colours(target);
  // The rows above and below the letters are white up to a black line at the right side.
  for (const y of [1, 2, 3, 4, 5, 13]) {
    assert.deepEqual(new Set(drawn.slice(y * 78 + 6, y * 78 + 77)), new Set([0xffffff]), `row ${y}`);
  }
  const out = new Uint8Array(1000);
  const words = Uint32Array.from(drawn);
  const end = writeRlex(new PaletteFinder().find(words, words.length)!, words.length, out, 0);
  assert.deepEqual(out.subarray(0, end), hex(suitesExample).subarray(27));
});

test("a band of known columns is drawn over its runs: MS-RDPEGFX 4.1.1.1, example 3", () => {
  const decoder = decoderAt(0xde, { columnsOf: 9 });
  const target = newPixels({ width: 64, height: 24 });

  decoder.decodeInto(target, hex(bandExample));

  const rows = colours(target);
  assert.deepEqual(new Set(rows.slice(0, 3 * 64)), new Set([0xfefefe]));
  assert.deepEqual(rows.slice(3 * 64, 3 * 64 + 4), [0x50c5, 0x50c6, 0x50c7, 0x5468]);
  assert.deepEqual(rows.slice(4 * 64 - 2, 4 * 64), [0x50c3, 0x50c4]);
  assert.deepEqual(new Set(rows.slice(22 * 64, 23 * 64)), new Set([0xffffff]));
});

test("a glyph of one new column and six known ones is drawn: MS-RDPEGFX 4.1.1.1, example 4", () => {
  const decoder = decoderAt(0x0a, { columnsOf: 15 });
  const target = newPixels({ width: 7, height: 15 });

  decoder.decodeInto(target, hex(glyphExample));

  const rows = colours(target);
  assert.deepEqual(rows.slice(0, 7), [0xffffff, 0x1146, 0x1147, 0x1148, 0x1149, 0x114a, 0x111b]);
  // Blue comes first.
  assert.equal(rows[10 * 7], 0x3a90db);
});

test("a picture comes back as it was, whatever its kind and size, again and again", () => {
  const [encoder, decoder] = [new ClearCodecEncoder(), new ClearCodecDecoder()];
  fc.assert(
    fc.property(
      fc.constantFrom(...sampleKinds),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 5 }),
      (kind, width, height, seed) => {
        assertComesBack(encoder, decoder, samplePicture(kind, { width, height }, seed));
      },
    ),
    { numRuns: 400, seed: 6 },
  );
});

test("pictures of stripes, single pixels and few colours come back over many times the size of all storages", () => {
  const [encoder, decoder] = [new ClearCodecEncoder(), new ClearCodecDecoder()];
  const random = seededRandom(4);
  const below = (limit: number): number => Math.floor(random() * limit);
  let columns = 0;
  for (let round = 0; columns < 120_000; round++) {
    if (round % 701 === 700) encoder.restart();
    const target = newPixels({ width: 1 + below(200), height: 1 + below(60) });
    const words = new Uint32Array(target.data.buffer);
    const seeds = seededRandom(below(300));
    words.fill(below(4));
    for (let marks = below(50); 0 < marks; marks--) {
      const [x, y] = [Math.floor(seeds() * target.width), Math.floor(seeds() * target.height)];
      const length = Math.ceil(seeds() * 8);
      for (let at = y; at < Math.min(target.height, y + length); at++) words[at * target.width + x] = seeds() * 5000;
    }
    columns += target.width;
    assertComesBack(encoder, decoder, target);
  }
});

test("glyphs come back from four bytes, until four thousand others have come", () => {
  const [encoder, decoder] = [new ClearCodecEncoder(), new ClearCodecDecoder()];
  const glyph = (seed: number): Pixels => samplePicture("few", { width: 9, height: 12 }, seed);
  assertComesBack(encoder, decoder, glyph(0));
  assert.equal(assertComesBack(encoder, decoder, glyph(0)), 4);
  for (let seed = 1; seed < 4000; seed++) assertComesBack(encoder, decoder, glyph(seed));
  assert.equal(assertComesBack(encoder, decoder, glyph(0)), 4);
  assertComesBack(encoder, decoder, glyph(4000));
  assert.notEqual(assertComesBack(encoder, decoder, glyph(0)), 4);
});

test("text whose columns were seen before takes two or three bytes a column and line", () => {
  const [encoder, decoder] = [new ClearCodecEncoder(), new ClearCodecDecoder()];
  const page = samplePicture("text", { width: 640, height: 640 });
  const sizes: number[] = [];
  for (let y = 0; y < 640; y += 64) {
    for (let x = 0; x < 640; x += 64) {
      sizes.push(assertComesBack(encoder, decoder, crop(page, { x, y, width: 64, height: 64 })));
    }
  }
  const last = sizes.slice(-20);
  assert.ok(Math.max(...last) < 4 * (64 * 3 + 11) + 40, String(last));
});

test("a picture that would be longer than allowed is not encoded, and changes nothing", () => {
  const [encoder, decoder] = [new ClearCodecEncoder(), new ClearCodecDecoder()];
  const [text, noise] = (["text", "noise"] as const).map((kind) => samplePicture(kind, { width: 64, height: 64 }));
  for (let times = 0; times < 3; times++) assertComesBack(encoder, decoder, text!);

  assert.equal(encoder.encode(noise!, { atMost: 4096 }), undefined);
  assert.equal(encoder.encode(text!, { atMost: 100 }), undefined);

  const length = assertComesBack(encoder, decoder, text!);
  assert.equal(encoder.encode(text!, { atMost: length })?.length, length);
});

test("the unused byte of a pixel, memory that is not aligned and a part of a picture change nothing", () => {
  const whole = samplePicture("text", { width: 90, height: 40 });
  const shifted = new Uint8Array(whole.data.length + 1);
  shifted.set(whole.data, 1);
  for (let at = 4; at < shifted.length; at += 4) shifted[at] = at * 7;
  const place = { x: 5, y: 7, width: 33, height: 20 };
  const expected = new ClearCodecEncoder().encode(crop(whole, place), { atMost: Infinity });

  const encoded = new ClearCodecEncoder().encode(crop({ ...whole, data: shifted, offset: 1 }, place), {
    atMost: Infinity,
  });

  assert.deepEqual(encoded, expected);
});

test("run lengths come back, whichever of the three forms they take", () => {
  for (const length of [0, 1, 254, 255, 256, 65534, 65535, 65536, 1_000_000]) {
    const out = new Uint8Array(8);
    const end = writeRunLength(length, out, 0);
    assert.equal(end, runLengthBytes(length));
    assert.equal(readRunLength(new Reader(out.subarray(0, end)), length), length);
  }
});

test("a refusal says where and by which section", () => {
  assert.throws(() => new ClearCodecDecoder().decodeInto(newPixels({ width: 4, height: 4 }), hex("00 01")), {
    message: "ClearCodec bitmap at byte 2: expected sequence number 0, got 1 (MS-RDPEGFX 2.2.4.1)",
  });
});

test("the decoder refuses what is malformed", () => {
  attack(clearCodecOracle, { seed: 13, count: 3000 });
});

/** Gives the length of the stream. */
function assertComesBack(encoder: ClearCodecEncoder, decoder: ClearCodecDecoder, pixels: Pixels): number {
  const stream = encoder.encode(pixels, { atMost: Infinity });
  assert.ok(stream !== undefined);
  const target = newPixels(pixels);
  decoder.decodeInto(target, stream);
  const [got, wanted] = [colours(target), colours(pixels)];
  if (got.some((colour, at) => colour !== wanted[at])) assert.fail(`${pixels.width}x${pixels.height} differs`);
  return stream.length;
}

/**
 * A decoder that expects this sequence number next, and knows a column with its number on top for each of its slots.
 */
function decoderAt(sequence: number, { columnsOf }: { readonly columnsOf?: number } = {}): ClearCodecDecoder {
  const decoder = new ClearCodecDecoder();
  const empty = "00".repeat(12);
  for (let at = 0; at < sequence; at++) {
    decoder.decodeInto(newPixels(onePixel), hex(`00 ${at.toString(16).padStart(2, "0")} ${empty}`));
  }
  const last = sequence.toString(16).padStart(2, "0");
  if (columnsOf === undefined) return decoder;
  const height = columnsOf;
  const columns = Array.from({ length: 32768 }, (_, at) => [0, 1, at & 0xff, at >> 8, 0]).flat();
  const band = [0, 0, 0xff, 0x7f, 0, 0, height - 1, 0, 0, 0, 0, ...columns];
  const length = [0, 8, 16, 24].map((shift) => (band.length >> shift) & 0xff);
  const stream = [...hex(`00 ${last} 00000000`), ...length, 0, 0, 0, 0, ...band];
  decoder.decodeInto(newPixels({ width: 32768, height }), Uint8Array.from(stream));
  return decoder;
}

/** 0xRRGGBB. */
function colours(pixels: Pixels): readonly number[] {
  const found: number[] = [];
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const at = pixels.offset + y * pixels.stride + x * 4;
      found.push(pixels.data[at]! | (pixels.data[at + 1]! << 8) | (pixels.data[at + 2]! << 16));
    }
  }
  return found;
}

const onePixel: Size = { width: 1, height: 1 };

const suitesExample = `
  00 0d 00 00 00 00 00 00 00 00 82 00 00 00 00 00 00 00 4e 00 11 00 75 00 00 00 02 0e ff ff ff 00 00 00 db ff ff 00
  3a 90 ff b6 66 66 b6 ff b6 66 00 90 db ff 00 00 3a db 90 3a 3a 90 db 66 00 00 ff ff b6 64 64 64 11 04 11 4c 11 4c
  11 4c 11 4c 11 4c 00 47 13 00 01 01 04 00 01 00 00 47 16 00 11 02 00 47 29 00 11 01 00 49 0a 00 01 00 04 00 01 00
  00 4a 0a 00 09 00 01 00 00 47 05 00 01 01 1c 00 01 00 11 4c 11 4c 11 4c 00 47 0d 4d 00 4d`;

const bandExample = `
  00 df 0e 00 00 00 8b 00 00 00 00 00 00 00 fe fe fe ff 80 05 ff ff ff 40 fe fe fe 40 00 00 3f 00 03 00 0b 00 fe fe
  fe c5 d0 c6 d0 c7 d0 68 d4 69 d4 6a d4 6b d4 6c d4 6d d4 1a d4 1a d4 a6 d0 6e d4 6f d4 70 d4 71 d4 72 d4 73 d4 74
  d4 21 d4 22 d4 23 d4 24 d4 25 d4 d9 d0 da d0 db d0 c5 d0 c5 d0 dc d0 c2 d0 21 d4 22 d4 23 d4 24 d4 25 d4 c9 d0 ca
  d0 5a d4 2b d1 28 d1 2c d1 75 d4 27 d4 28 d4 29 d4 2a d4 1a d4 1a d4 1a d4 b7 d0 b8 d0 b9 d0 ba d0 bb d0 bc d0 bd
  d0 be d0 bf d0 c0 d0 c1 d0 c2 d0 c3 d0 c4 d0`;

const glyphExample = `
  01 0b 78 00 00 00 00 00 46 00 00 00 00 00 00 00 00 00 06 00 00 00 0e 00 00 00 00 00 0f ff ff ff ff ff ff ff ff ff
  b6 ff ff ff ff ff ff ff ff ff b6 66 ff ff ff ff ff ff ff b6 66 db 90 3a ff ff b6 ff ff ff ff ff ff ff ff ff 46 91
  47 91 48 91 49 91 4a 91 1b 91`;
