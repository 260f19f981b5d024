import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { hex } from "../../../test/hex.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { bytesPerPixel, fromDepth, toDepth, type PixelDepth } from "./depth.ts";
import { fixedPalette } from "./palette.ts";

const depths: readonly PixelDepth[] = [8, 15, 16, 24, 32];

/** Red, green, blue, white, one pixel each. */
const primaries: Pixels = { ...newPixels({ width: 2, height: 2 }), data: hex("0000ffff 00ff00ff ff0000ff ffffffff") };

test("the primaries have the bytes of their depths", () => {
  const bytes = (depth: PixelDepth): Uint8Array => toDepth(primaries, depth, { rows: "topDown" });

  assert.deepEqual(bytes(15), hex("007c e003 1f00 ff7f"));
  assert.deepEqual(bytes(16), hex("00f8 e007 1f00 ffff"));
  assert.deepEqual(bytes(24), hex("0000ff 00ff00 ff0000 ffffff"));
  assert.deepEqual(bytes(32), primaries.data);
  assert.deepEqual(bytes(8), Uint8Array.of(180, 30, 5, 255));
});

test("rows are turned over and filled up", () => {
  assert.deepEqual(
    toDepth(primaries, 16, { rows: "bottomUp", widthMultiple: 4 }),
    hex("1f00 ffff ffff ffff 00f8 e007 e007 e007"),
  );
});

test("the primaries survive every depth", () => {
  for (const depth of depths) {
    for (const rows of ["topDown", "bottomUp"] as const) {
      const bytes = toDepth(primaries, depth, { rows });

      assert.deepEqual(fromDepth(bytes, primaries, depth, { rows, palette: fixedPalette }), primaries, `${depth} bpp`);
    }
  }
});

test("what has been converted once does not change any more", () => {
  fc.assert(
    fc.property(fc.constantFrom(...depths), fc.constantFrom(...sampleKinds), fc.integer(), (depth, kind, seed) => {
      const layout = { rows: "bottomUp" as const, palette: fixedPalette };
      const once = toDepth(samplePicture(kind, { width: 9, height: 5 }, seed), depth, layout);
      const pixels = fromDepth(once, { width: 9, height: 5 }, depth, layout);
      const twice = fromDepth(toDepth(pixels, depth, layout), pixels, depth, layout);
      if (depth !== 8) assert.deepEqual(twice, pixels);
      else assert.ok(largestDifference(twice, pixels) <= 8);
    }),
    { numRuns: 200, seed: 4 },
  );
});

test("no colour is far from its place in the palette, and greys stay grey", () => {
  const pixels = samplePicture("noise", { width: 100, height: 100 });
  const back = fromDepth(toDepth(pixels, 8, { rows: "topDown" }), pixels, 8, {
    rows: "topDown",
    palette: fixedPalette,
  });
  assert.ok(largestDifference(back, pixels) <= 60, `off by ${largestDifference(back, pixels)}`);

  const greys = {
    ...newPixels({ width: 256, height: 1 }),
    data: Uint8Array.from({ length: 1024 }, (_, at) => at >> 2),
  };
  const indexes = toDepth(greys, 8, { rows: "topDown" });
  for (const [grey, index] of indexes.entries()) {
    const [red, green, blue] = fixedPalette.subarray(index * 3, index * 3 + 3);
    assert.ok(red === green && green === blue && Math.abs(red! - grey) <= 12, `${grey} became ${red},${green},${blue}`);
  }
});

test("no two entries of the palette are alike; the first is black and the last white", () => {
  const entries = Array.from({ length: 256 }, (_, index) => fixedPalette.subarray(index * 3, index * 3 + 3).join());

  assert.equal(new Set(entries).size, 256);
  assert.deepEqual([entries[0], entries[255]], ["0,0,0", "255,255,255"]);
});

test("too few and too many bytes are refused", () => {
  for (const depth of depths) {
    const right = 6 * bytesPerPixel(depth);
    for (const wrong of [right - 1, right + 1, 0]) {
      const decode = (): Pixels =>
        fromDepth(new Uint8Array(wrong), { width: 3, height: 2 }, depth, { rows: "topDown", palette: fixedPalette });
      assert.throws(decode, DecodeError);
    }
  }
});

function largestDifference(one: Pixels, other: Pixels): number {
  let largest = 0;
  for (const [at, value] of one.data.entries()) {
    if (at % 4 !== 3) largest = Math.max(largest, Math.abs(value - other.data[at]!));
  }
  return largest;
}
