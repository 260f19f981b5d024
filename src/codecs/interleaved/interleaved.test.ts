import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { hex } from "../../../test/hex.ts";
import { packValues, toDepth, unpackValues } from "../depth/depth.ts";
import { fixedPalette } from "../depth/palette.ts";
import { attack } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { decodeInterleaved, decompressInterleaved } from "./decode.ts";
import { compressInterleaved, encodeInterleaved, interleavedWidth, type InterleavedDepth } from "./encode.ts";
import { interleavedOracle } from "./oracle.ts";

const vectors = new URL("../../../../shared/vectors/", import.meta.url);
/** Those from the lower edge of the screen. */
const lowTiles = ["tile-4d75", "tile-9b06", "tile-fbce"];
const depths = [8, 15, 16, 24] as const;

test("captured 16 bpp tiles decompress, and compress again to less", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  const names = readdirSync(new URL("rle/", vectors)).filter((name) => name.endsWith("-compressed.bin"));
  let [theirs, ours] = [0, 0];
  for (const name of names) {
    const compressed = readFileSync(new URL(`rle/${name}`, vectors));
    const expected = readFileSync(new URL(`rle/${name.replace("-compressed", "-decompressed")}`, vectors));

    const size = { width: 64, height: lowTiles.some((start) => name.startsWith(start)) ? 56 : 64 };

    const values = decompressInterleaved(compressed, size, 16);

    assert.ok(Buffer.from(packValues(values, 16)).equals(expected.subarray(0, size.width * size.height * 2)), name);
    theirs += compressed.length;
    ours += compressInterleaved(values, size, 16).length;
  }
  t.diagnostic(`theirs ${theirs} bytes, ours ${ours}`);
  assert.ok(ours < theirs, `theirs ${theirs} bytes, ours ${ours}`);
});

test("bitmaps of FreeRDP decode to its pictures", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  for (const depth of [15, 16, 24] as const) {
    // The first two are pictures with blue first; the others want other orders of the same bytes.
    for (const name of ["encoder_test_01.bin", "encoder_test_02.bin"]) {
      const stream = readFileSync(new URL(`interleaved/interleaved-enc-${depth}-${name}`, vectors));
      const expected = readFileSync(new URL(`interleaved/interleaved-dec-enc-${depth}-${name}`, vectors));

      const pixels = decodeInterleaved(stream, { width: 64, height: 64 }, depth);

      // FreeRDP fills six bits of green up by another rule, and leaves the fourth byte alone.
      const most = [0, depth === 16 ? 4 : 0, 0, 255];
      const isClose = expected.every((byte, at) => Math.abs(byte - pixels.data[at]!) <= most[at % 4]!);
      assert.ok(isClose, `${depth} ${name}`);
    }
  }
});

test("every picture comes back at every depth, in every size", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sampleKinds),
      fc.constantFrom(...depths),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer(),
      (kind, depth, width, height, seed) => {
        const pixels = samplePicture(kind, { width, height }, seed);
        const size = { width: interleavedWidth(width), height };
        const rows = toDepth(pixels, depth, { rows: "bottomUp", widthMultiple: 4 });
        const values = decompressInterleaved(encodeInterleaved(pixels, depth), size, depth);
        assert.deepEqual(packValues(values, depth), rows);
      },
    ),
    { numRuns: 400, seed: 8 },
  );
});

test("every sequence of few colours comes back, over the end of the first row too", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...depths),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 })), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.integer({ min: 1, max: 30 }),
      (depth: InterleavedDepth, runs, width) => {
        const colours = [0, 2 ** depth - 1, 0x55, 0x0f];
        const all = runs.flatMap(([colour, times]) => Array.from({ length: times }, () => colours[colour]!));
        const height = Math.ceil(all.length / width);
        const values = Int32Array.from({ length: width * height }, (_, index) => all[index] ?? 0);
        const stream = compressInterleaved(values, { width, height }, depth);
        assert.deepEqual(decompressInterleaved(stream, { width, height }, depth), values);
      },
    ),
    { numRuns: 1500, seed: 9 },
  );
});

test("bitmaps with runs longer than an order come back", () => {
  const size = { width: 1000, height: 200 };
  for (const kind of ["flat", "noise"] as const) {
    const pixels = samplePicture(kind, size);

    assert.deepEqual(decodeInterleaved(encodeInterleaved(pixels, 24), size, 24), pixels);
  }
});

test("a flat tile takes a few bytes and noise little more than itself", () => {
  const flat = encodeInterleaved(samplePicture("flat", { width: 64, height: 64 }), 16);
  const noise = encodeInterleaved(samplePicture("noise", { width: 64, height: 64 }), 16);

  assert.ok(flat.length <= 12, `${flat.length} bytes`);
  assert.ok(noise.length <= 8192 * 1.01, `${noise.length} bytes`);
});

test("each order decodes by hand: MS-RDPBCGR 2.2.9.1.1.3.1.2.4", () => {
  // Two background runs have a foreground pixel between them, but not where the second row begins.
  assert.deepEqual(decoded("02 02", 4, 1), [0, 0, 0xff, 0]);
  assert.deepEqual(decoded("64 11 04 04", 4, 3), Array.from({ length: 12 }, () => 0x11).with(8, 0xee));
  assert.deepEqual(decoded("04 04", 4, 2), [0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(decoded("c4 12", 4, 1), [0x12, 0x12, 0x12, 0x12]);
  assert.deepEqual(decoded("d1 0f a5", 8, 1), [15, 0, 15, 0, 0, 15, 0, 15]);
  assert.deepEqual(decoded("40 03 05", 4, 1), [255, 0, 255, 0]);
  assert.deepEqual(decoded("e2 01 02", 4, 1), [1, 2, 1, 2]);
  assert.deepEqual(decoded("fd fe 82 07 08", 4, 1), [255, 0, 7, 8]);
  assert.deepEqual(decoded("f9", 8, 1), [255, 255, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(decoded("fa", 8, 1), [255, 0, 255, 0, 0, 0, 0, 0]);
  assert.deepEqual(decoded("f3 04 00 09", 4, 1), [9, 9, 9, 9]);
});

test("8 bpp decodes through the palette", () => {
  const pixels = samplePicture("flat", { width: 4, height: 1 });
  pixels.data.fill(0xff);

  assert.deepEqual(decodeInterleaved(encodeInterleaved(pixels, 8), pixels, 8, { palette: fixedPalette }), pixels);
  assert.deepEqual([...unpackValues(toDepth(pixels, 8, { rows: "topDown" }), 8)], [255, 255, 255, 255]);
});

test("the decoder refuses what is malformed", () => {
  attack(interleavedOracle, { seed: 14, count: 20_000 });
});

function decoded(text: string, width: number, height: number): number[] {
  return [...decompressInterleaved(hex(text), { width, height }, 8)];
}
