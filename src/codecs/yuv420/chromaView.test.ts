import assert from "node:assert/strict";
import { test } from "node:test";
import { picture, type PictureKind } from "../../../test/pictures.ts";
import { colourOf, referenceChromaView, type ChromaForm } from "./chromaView.ts";
import { combinedColours } from "./combinedViews.ts";
import { blueWeights, redWeights, referenceYuv420 } from "./yuv420.ts";

const size = { width: 48, height: 32 };

for (const form of ["avc444", "avc444v2"] as const) {
  test(`${form}: both pictures together have each pixel's colours, those of a square's first one by its sum`, () => {
    for (const kind of ["photo", "text", "noise", "flat"] as const)
      for (let seed = 1; seed < 8; seed++) check(kind, seed, form);
  });
}

test("without the second picture each square has one colour", () => {
  const pixels = picture("noise", size, 4);
  const main = referenceYuv420(pixels);
  const { blue } = combinedColours(size, main, undefined, "avc444v2");
  assert.equal(blue[33], main.blue[16]);
  assert.equal(blue[size.width + 33], main.blue[16]);
});

test("the second form keeps odd columns, the first one odd rows, where clients look for them", () => {
  const pixels = picture("noise", size, 5);
  const blueAt = (x: number, y: number) => colourOf(pixels, x, y, blueWeights);
  const redAt = (x: number, y: number) => colourOf(pixels, x, y, redWeights);
  const first = referenceChromaView(pixels, "avc444");
  assert.deepEqual([first.luma[7], first.luma[48 * 8 + 7]], [blueAt(7, 1), redAt(7, 1)]);
  assert.deepEqual([first.luma[48 * 16 + 7], first.luma[48 * 24 + 7]], [blueAt(7, 17), redAt(7, 17)]);
  assert.deepEqual([first.blue[24 + 3], first.red[24 + 3]], [blueAt(7, 2), redAt(7, 2)]);
  const second = referenceChromaView(pixels, "avc444v2");
  assert.deepEqual([second.luma[48 * 2 + 3], second.luma[48 * 2 + 24 + 3]], [blueAt(7, 2), redAt(7, 2)]);
  assert.deepEqual([second.blue[24 + 2], second.blue[24 + 12 + 2]], [blueAt(8, 3), redAt(8, 3)]);
  assert.deepEqual([second.red[24 + 2], second.red[24 + 12 + 2]], [blueAt(10, 3), redAt(10, 3)]);
});

function check(kind: PictureKind, seed: number, form: ChromaForm): void {
  const pixels = picture(kind, size, seed);
  const main = referenceYuv420(pixels);
  const whole = combinedColours(size, main, referenceChromaView(pixels, form), form);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      for (const [colour, weights] of [
        ["blue", blueWeights],
        ["red", redWeights],
      ] as const) {
        const wanted = colourOf(pixels, x, y, weights);
        const got = whole[colour][y * size.width + x]!;
        const isFirst = x % 2 === 0 && y % 2 === 0;
        const mean = main[colour][((y >> 1) * size.width) / 2 + (x >> 1)]!;
        // Rounding: of the square's colour four times a half, and of three pixels a half each.
        const bound = !isFirst ? 0 : Math.abs(wanted - mean) < 34 ? 34 : 4;
        assert.ok(Math.abs(got - wanted) <= bound, `${kind} ${seed} ${x},${y}: ${got} instead of ${wanted}`);
      }
    }
  }
}
