import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Size } from "#base/geometry.ts";
import { crop, newPixels, type Pixels } from "#base/pixels.ts";
import { hex } from "../../../test/hex.ts";
import { attack } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { decodePlanar } from "./decode.ts";
import { encodePlanar } from "./encode.ts";
import { planarOracle } from "./oracle.ts";
import { decodePlane, writeRow, writeUnchangedRow } from "./rle.ts";

const vectors = new URL("../../../../shared/vectors/", import.meta.url);

test("a row of letters becomes the specification's three segments: MS-RDPEGDI 3.1.9.2", () => {
  const row = Uint8Array.from("AAAABBCCCCCD", (letter) => letter.charCodeAt(0));
  const out = new Uint8Array(40);

  const end = writeRow(row, row.length, out, 0);

  assert.deepEqual(out.subarray(0, end), hex("13 41 34 42 42 43 10 44"));
});

test("three rows that fall by five and stay decode from the specification's segments: MS-RDPEGDI 3.1.9.2", () => {
  const plane = new Uint8Array(18);

  decodePlane(hex("60 0a 14 1e 28 32 3c 15 09 06"), 0, plane, 6, 3);

  assert.deepEqual([...plane], [10, 20, 30, 40, 50, 60, 5, 15, 25, 35, 45, 55, 5, 15, 25, 35, 45, 55]);
});

test("streams that others have made decode to their pictures", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  for (const name of [
    "32x64_rgb_raw",
    "64x24_argb_rle",
    "64x35_ycocg_rle_ss",
    "64x64_aycocg_rle",
    "64x64_ycocg_raw_ss",
    "64x64_ycocg_rle_ss",
  ]) {
    const [width, height] = name.split("_")[0]!.split("x").map(Number) as [number, number];
    const expected = fromBmp(readFileSync(new URL(`planar/${name}.bmp`, vectors)), { width, height });
    const stream = readFileSync(new URL(`planar/${name}.bin`, vectors));

    const pixels = decodePlanar(stream, { width, height }, { rows: "topDown" });

    assert.deepEqual(Buffer.from(pixels.data), Buffer.from(expected.data), name);
  }
});

test("streams and pictures of FreeRDP agree", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  const read = (kind: string, name: string): Uint8Array =>
    readFileSync(new URL(`planar-freerdp/planar-${kind}-${name}.bin`, vectors));
  for (const name of ["01", "02", "03"].map((number) => `TEST_RLE_BITMAP_EXPERIMENTAL_${number}`)) {
    const decoded = decodePlanar(read("enc", name), { width: 64, height: 64 }, { rows: "topDown" });

    assert.deepEqual(colours(decoded.data), colours(read("dec", name)), name);
    const encoded = encodePlanar(decoded, { rows: "topDown" });
    assert.ok(encoded.length <= read("enc", name).length, `${encoded.length} bytes for ${name}`);
  }
});

test("a picture comes back as it was, in every kind, size, order of rows, and with alpha", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sampleKinds),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("topDown" as const, "bottomUp" as const),
      fc.boolean(),
      fc.integer(),
      (kind, width, height, rows, keepAlpha, seed) => {
        const pixels = samplePicture(kind, { width, height }, seed);
        if (keepAlpha) for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = pixels.data[at - 1]!;
        const options = { rows, keepAlpha };
        assert.deepEqual(decodePlanar(encodePlanar(pixels, options), pixels, options), pixels);
      },
    ),
    { numRuns: 400, seed: 6 },
  );
});

test("runs of every length come back, behind every number of other bytes", () => {
  for (let before = 0; before < 34; before++) {
    for (let run = 0; run < 150; run++) {
      const row = Uint8Array.from({ length: before + run + 1 }, (_, x) =>
        x < before ? 10 + x : x < before + run ? 9 : 200,
      );
      const out = new Uint8Array(row.length * 2 + 2);
      const end = writeRow(row, row.length, out, 0);
      const plane = new Uint8Array(row.length);

      assert.equal(decodePlane(out.subarray(0, end), 0, plane, row.length, 1), end);

      assert.deepEqual(plane, row);
    }
  }
});

test("a row that has not changed has the same bytes both ways", () => {
  for (let width = 0; width < 300; width++) {
    const [one, other] = [new Uint8Array(700), new Uint8Array(700)];
    assert.equal(writeRow(new Uint8Array(width), width, one, 0), writeUnchangedRow(width, other, 0));
    assert.deepEqual(one, other);
  }
});

test("noise is sent raw, with a byte of padding", () => {
  const bytes = encodePlanar(samplePicture("noise", { width: 64, height: 64 }), { rows: "topDown" });

  assert.equal(bytes.length, 1 + 3 * 4096 + 1);
  assert.equal(bytes[0], 0x20);
});

test("a part of a picture, and memory that is not aligned, encode like a copy of it", () => {
  const whole = samplePicture("text", { width: 90, height: 40 });
  const part = crop(whole, { x: 5, y: 7, width: 33, height: 20 });
  const shifted = new Uint8Array(whole.data.length + 1);
  shifted.set(whole.data, 1);
  const copy = newPixels(part);
  for (let y = 0; y < 20; y++)
    copy.data.set(part.data.subarray(part.offset + y * part.stride).subarray(0, 132), y * 132);

  const expected = encodePlanar(copy, { rows: "bottomUp" });

  assert.deepEqual(encodePlanar(part, { rows: "bottomUp" }), expected);
  const unaligned = { ...part, data: shifted, offset: part.offset + 1 };
  assert.deepEqual(encodePlanar(unaligned, { rows: "bottomUp" }), expected);
});

test("the unused byte of a pixel does not change what is sent", () => {
  const pixels = samplePicture("text", { width: 40, height: 10 });
  const expected = encodePlanar(pixels, { rows: "topDown" });
  for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = at * 7;

  assert.deepEqual(encodePlanar(pixels, { rows: "topDown" }), expected);
});

test("a refusal says where and by which section", () => {
  assert.throws(() => decodePlanar(hex("30 40"), { width: 4, height: 4 }, { rows: "topDown" }), {
    message: "planar bitmap at byte 2: needs 4 bytes, has 0 (MS-RDPEGDI 2.2.2.5.1)",
  });
});

test("the decoder refuses what is malformed", () => {
  attack(planarOracle, { seed: 13, count: 20_000 });
});

/** Of a bitmap file with 24 bits a pixel and rows from the bottom. */
function fromBmp(file: Uint8Array, size: Size): Pixels {
  const start = new DataView(file.buffer, file.byteOffset).getUint32(10, true);
  const pixels = newPixels(size);
  const stride = Math.ceil((size.width * 3) / 4) * 4;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = start + (size.height - 1 - y) * stride + x * 3;
      pixels.data.set([...file.subarray(from, from + 3), 0xff], y * pixels.stride + x * 4);
    }
  }
  return pixels;
}

function colours(data: Uint8Array): Uint8Array {
  return Uint8Array.from(data).map((byte, at) => (at % 4 === 3 ? 0 : byte));
}
