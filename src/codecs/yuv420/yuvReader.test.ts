import assert from "node:assert/strict";
import { test } from "node:test";
import { copyPixelsInto, crop, type Pixels } from "#base/pixels.ts";
import { loadKernels, startKernels } from "../../system/kernels.ts";
import { colouredLetters, picture } from "../../../test/pictures.ts";
import { buildKernels } from "../../../tools/kernels.ts";
import { openYuvReader } from "./yuvReader.ts";

const size = { width: 320, height: 240 };

test("with and without kernels a picture is read alike, and coloured letters are what is worth a second one", async () => {
  await buildKernels();
  const kernels = loadKernels()!;
  const readers = [undefined, (frameBytes: number) => startKernels(kernels, { frameBytes })].map((start) =>
    openYuvReader(size, { start, form: "avc444v2" }),
  );
  const photo = picture("photo", size);
  const caption: Pixels = { ...photo, data: photo.data.slice() };
  copyPixelsInto(crop(caption, { x: 20, y: 100, width: 200, height: 32 }), colouredLetters({ width: 200, height: 32 }));
  for (const [pixels, isColourful] of [
    [photo, false],
    [picture("text", size), false],
    [caption, true],
    [photo, false],
  ] as const) {
    for (const reader of readers) {
      reader.read((target) => target.set(pixels.data));
      assert.equal(reader.isColourful, isColourful);
    }
    const [first, second] = readers.map((reader) => [reader.main(), reader.chroma()]);
    assert.deepEqual(second, first);
  }
});
