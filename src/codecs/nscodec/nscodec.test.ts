import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { crop, type Pixels } from "#base/pixels.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { attack } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { nscodecHeader } from "./bitmapStream.ts";
import { decodeNscodec } from "./decode.ts";
import { encodeNscodec } from "./encode.ts";
import { nscodecOracle } from "./oracle.ts";
import { decodeRuns, writePlane } from "./rle.ts";

/** MS-RDPNSC 4: 15 by 10 pixels. */
const example = hex(`
  71 00 00 00 07 00 00 00 0b 00 00 00 07 00 00 00 03 01 00 00 63 63 01 64 64 00 63 63 02 64 64 00
  63 63 00 64 64 01 63 63 01 64 64 01 63 63 01 64 64 00 63 63 00 64 64 01 63 63 00 64 64 0c 63 63
  00 64 64 0c 63 63 00 64 64 0c 63 63 00 64 64 0c 63 64 64 04 63 64 63 63 00 64 64 03 63 64 64 03
  63 63 00 64 63 63 00 64 64 03 65 63 64 64 01 63 64 64 00 65 64 64 06 63 64 64 00 63 63 00 64 64
  04 64 65 65 65 22 22 22 22 22 22 22 37 37 19 36 37 37 06 37 37 37 37 ff ff 90 ff ff ff ff`);

vector(nscodecHeader, "specification MS-RDPNSC 4", "71 00 00 00 07 00 00 00 0b 00 00 00 07 00 00 00 03 01 00 00", {
  lumaByteCount: 113,
  orangeByteCount: 7,
  greenByteCount: 11,
  alphaByteCount: 7,
  colourLossLevel: 3,
  chromaSubsamplingLevel: 1,
});

test("the specification's picture decodes: luma 0x63, differences -120 and -36 give the first pixel: MS-RDPNSC 4", () => {
  const pixels = decodeNscodec(example, { width: 15, height: 10 }, { keepAlpha: true });

  assert.deepEqual(pixels.data.subarray(0, 4), Uint8Array.of(255, 63, 15, 255));
});

test("the specification's planes are encoded as there: MS-RDPNSC 4", () => {
  const [luma, orange, green, alpha] = [
    example.subarray(20, 133),
    hex("22 22 22 22 22 22 22"),
    example.subarray(140, 151),
    example.subarray(151),
  ];
  for (const [runs, count] of [
    [luma, 160],
    [orange, 40],
    [green, 40],
    [alpha, 150],
  ] as const) {
    const plane = decodeRuns(runs, count);
    const out = new Uint8Array(count);

    const end = writePlane(plane, count, out, 0);

    assert.deepEqual(out.subarray(0, end), runs);
  }
});

test("colours come back off by at most 3, in every picture and size", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sampleKinds),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer(),
      (kind, width, height, seed) => {
        const pixels = samplePicture(kind, { width, height }, seed);
        const decoded = decodeNscodec(encodeNscodec(pixels), pixels);
        assert.ok(largestDifference(pixels, decoded) <= 3, `off by ${largestDifference(pixels, decoded)}`);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

test("a picture of one colour survives subsampling, in every size and from a part of a larger picture", () => {
  for (const [width, height] of [
    [1, 1],
    [2, 1],
    [7, 3],
    [8, 8],
    [64, 64],
    [65, 33],
  ] as const) {
    const pixels = crop(samplePicture("flat", { width: width + 9, height: height + 5 }, 3), {
      x: 5,
      y: 3,
      width,
      height,
    });

    const decoded = decodeNscodec(encodeNscodec(pixels, { subsampled: true }), pixels);

    assert.ok(largestDifference(pixels, decoded) <= 3);
  }
});

test("each level of colour loss doubles what a colour may be off", () => {
  const pixels = samplePicture("gradient", { width: 64, height: 64 }, 2);
  for (let colourLossLevel = 1; colourLossLevel <= 7; colourLossLevel++) {
    const decoded = decodeNscodec(encodeNscodec(pixels, { colourLossLevel }), pixels);

    assert.ok(largestDifference(pixels, decoded) <= 3 << colourLossLevel, `level ${colourLossLevel}`);
  }
});

test("a flat tile takes a few bytes", () => {
  const bytes = encodeNscodec(samplePicture("flat", { width: 64, height: 64 }));

  assert.equal(bytes.length, 20 + 3 * 11);
});

test("the decoder refuses what is malformed", () => {
  attack(nscodecOracle, { seed: 12, count: 20_000 });
});

function largestDifference(one: Pixels, other: Pixels): number {
  let largest = 0;
  for (let y = 0; y < one.height; y++) {
    for (let x = 0; x < one.width * 4; x++) {
      if (x % 4 === 3) continue;
      const difference = one.data[one.offset + y * one.stride + x]! - other.data[other.offset + y * other.stride + x]!;
      largest = Math.max(largest, Math.abs(difference));
    }
  }
  return largest;
}
