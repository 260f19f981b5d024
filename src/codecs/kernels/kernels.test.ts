import assert from "node:assert/strict";
import { test } from "node:test";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { startKernels, loadKernels } from "../../system/kernels.ts";
import { picture, randomFrom } from "../../../test/pictures.ts";
import { buildKernels } from "../../../tools/kernels.ts";
import { quantizationPresets, type Quantization } from "../remotefx/quantization.ts";
import { referenceTileEncoder, type EncodedTile } from "../remotefx/tile.ts";
import { referenceCompareTile } from "./compareTile.ts";
import { colourEdges, referenceChromaView } from "../yuv420/chromaView.ts";
import { referenceYuv420 } from "../yuv420/yuv420.ts";
import { frameBytesOf, frameKernels } from "./frameKernels.ts";
import {
  chromaViewFrameBytes,
  framePixels,
  kernelChromaView,
  kernelCompareTiles,
  kernelTakeTiles,
  kernelTileEncoder,
  kernelYuv420,
  yuv420FrameBytes,
} from "./kernels.ts";

const size = { width: 150, height: 100 };

test("The kernel encodes every kind of tile, whole and at the edges, into the same bytes as the reference", async () => {
  const kernels = await start();
  const [byKernel, byReference] = [kernelTileEncoder(kernels), referenceTileEncoder()];
  const inPlace = framePixels(kernels, size);
  for (const kind of ["photo", "text", "noise", "flat"] as const) {
    for (let seed = 1; seed <= 3; seed++) {
      const source = picture(kind, size, seed);
      inPlace.data.set(source.data, inPlace.offset);
      for (const quantization of quantizations) {
        for (const entropy of ["rlgr1", "rlgr3"] as const) {
          for (const [x, y] of places) {
            const expected = copyOf(byReference(source, x, y, { entropy, quantization }));
            const where = `${kind} ${seed} ${entropy} ${x},${y}`;
            assert.deepEqual(copyOf(byKernel(source, x, y, { entropy, quantization })), expected, where);
            assert.deepEqual(copyOf(byKernel(inPlace, x, y, { entropy, quantization })), expected, `${where} in place`);
          }
        }
      }
    }
  }
});

test("The kernel finds the same box of differing pixels as the reference, and ignores the unused byte", async () => {
  const kernels = await start();
  const compare = kernelCompareTiles(kernels);
  const random = randomFrom(3);
  const first = picture("photo", size);
  const [inPlaceFirst, inPlaceSecond] = [framePixels(kernels, size), framePixels(kernels, size, first.data.length)];
  inPlaceFirst.data.set(first.data, inPlaceFirst.offset);
  for (let round = 0; round < 300; round++) {
    const second: Pixels = { ...first, data: first.data.slice() };
    for (let changes = Math.floor(random() * 4); 0 < changes; changes--) {
      second.data[Math.floor(random() * second.data.length)]! ^= 1 << Math.floor(random() * 8);
    }
    inPlaceSecond.data.set(second.data, inPlaceSecond.offset);
    const place = { x: 64 * (round % 2), y: 36 * (round % 3 === 0 ? 1 : 0), width: 1 + (round % 64), height: 64 };
    const expected = referenceCompareTile(first, second, place);
    assert.deepEqual(compare(inPlaceFirst, inPlaceSecond, place), [expected]);
  }
  const box = { x: 0, y: 0, width: 64, height: 64 };
  const corner = newPixels(size);
  crop(corner, { x: 63, y: 63, width: 1, height: 1 }).data[63 * corner.stride + 63 * 4] = 1;
  inPlaceFirst.data.set(newPixels(size).data, inPlaceFirst.offset);
  inPlaceSecond.data.set(corner.data, inPlaceSecond.offset);
  assert.deepEqual(compare(inPlaceFirst, inPlaceSecond, box), [{ x: 63, y: 63, width: 1, height: 1 }]);
});

test("The kernel compares rows of tiles as the reference compares each tile of them", async () => {
  const kernels = await start();
  const compare = kernelCompareTiles(kernels);
  const random = randomFrom(4);
  const source = picture("text", size);
  const [first, second] = [framePixels(kernels, size), framePixels(kernels, size, source.data.length)];
  for (let round = 0; round < 300; round++) {
    for (const each of [first, second]) each.data.set(source.data, each.offset);
    for (let changes = Math.floor(random() * 12); 0 < changes; changes--) {
      second.data[second.offset + Math.floor(random() * source.data.length)]! ^= 1 << Math.floor(random() * 8);
    }
    const x = Math.floor(random() * 50);
    const row = {
      x,
      y: Math.floor(random() * 36),
      width: 1 + Math.floor(random() * (150 - x)),
      height: 1 + (round % 64),
    };
    const tiles = Array.from({ length: Math.ceil(row.width / 64) }, (_, at) => {
      return { ...row, x: x + at * 64, width: Math.min(64, row.width - at * 64) };
    });
    const expected = tiles.map((tile) => referenceCompareTile(first, second, tile));
    assert.deepEqual(compare(first, second, row), expected);
  }
});

test("The kernel takes over what differs, tells where as the comparison does, and writes nothing else", async () => {
  const kernels = await start();
  const take = kernelTakeTiles(kernels);
  const random = randomFrom(5);
  const source = picture("text", size);
  const [known, screen] = [framePixels(kernels, size), framePixels(kernels, size, source.data.length)];
  for (let round = 0; round < 300; round++) {
    for (const each of [known, screen]) each.data.set(source.data, each.offset);
    for (let changes = Math.floor(random() * 30); 0 < changes; changes--) {
      screen.data[screen.offset + Math.floor(random() * source.data.length)]! ^= 1 << Math.floor(random() * 8);
    }
    const x = Math.floor(random() * 50);
    const row = {
      x,
      y: Math.floor(random() * 36),
      width: 1 + Math.floor(random() * (150 - x)),
      height: 1 + (round % 64),
    };
    const expected = kernelCompareTiles(kernels)(known, screen, row);
    const wanted = newPixels(size);
    copyPixelsInto(wanted, known);
    copyPixelsInto(crop(wanted, row), crop(screen, row));

    assert.deepEqual(take(known, screen, row), expected);
    const taken = newPixels(size);
    copyPixelsInto(taken, known);
    assert.deepEqual(coloursOf(taken), coloursOf(wanted));
  }
});

test("The kernel makes the same brightness and colours of a picture as the reference, at every width", async () => {
  for (const side of [size, { width: 2, height: 2 }, { width: 64, height: 6 }, { width: 70, height: 2 }]) {
    const kernels = await start(yuv420FrameBytes(side));
    const inPlace = framePixels(kernels, side);
    for (const kind of ["photo", "text", "noise", "flat"] as const) {
      const source = picture(kind, side, 5);
      if (kind === "flat") source.data.fill(0xff);
      inPlace.data.set(source.data, inPlace.offset);
      const { luma, blue, red } = kernelYuv420(kernels, inPlace);
      assert.deepEqual({ luma: luma.slice(), blue: blue.slice(), red: red.slice() }, referenceYuv420(source), kind);
    }
  }
});

test("The kernel makes the same second picture of YUV444 as the reference, in both forms, and counts the same edges", async () => {
  for (const side of [
    { width: 16, height: 16 },
    { width: 80, height: 48 },
  ]) {
    const kernels = await start(chromaViewFrameBytes(side));
    const inPlace = framePixels(kernels, side);
    for (const kind of ["photo", "text", "noise", "flat"] as const) {
      const source = picture(kind, side, 7);
      inPlace.data.set(source.data, inPlace.offset);
      const main = kernelYuv420(kernels, inPlace);
      for (const form of ["avc444", "avc444v2"] as const) {
        const { luma, blue, red } = kernelChromaView(kernels, inPlace, form);
        const expected = referenceChromaView(source, form);
        assert.deepEqual({ luma: luma.slice(), blue: blue.slice(), red: red.slice() }, expected, `${kind} ${form}`);
      }
      assert.deepEqual(main.luma.slice(), referenceYuv420(source).luma, "the first picture is left alone");
      const { offset, stride, width, height } = inPlace;
      assert.equal(kernels.countColourEdges(offset, stride, width, height), colourEdges(source));
    }
  }
});

test("The kernels compare bytes and copy parts, also where they overlap, as is done without them", async () => {
  const { known, screen, sameBytes, copy } = frameKernels(await start(), size);
  const random = randomFrom(9);
  const source = picture("photo", size);
  screen.data.set(source.data, screen.offset);
  known.data.set(source.data, known.offset);
  for (let round = 0; round < 200; round++) {
    const at = 4 * Math.floor(random() * 1000);
    const bytes = 4 * Math.floor(random() * 300);
    const changed = known.offset + at + Math.floor(random() * bytes * 2);
    known.data[changed]! ^= 1 << Math.floor(random() * 8);
    const [first, second] = [known.offset + at, screen.offset + at];
    const expected = Buffer.compare(
      known.data.subarray(first, first + bytes),
      known.data.subarray(second, second + bytes),
    );
    assert.equal(sameBytes(first, second, bytes), expected === 0);
    known.data.set(source.data, known.offset);

    const part = { x: Math.floor(random() * 50), y: Math.floor(random() * 50), width: 1 + (round % 50), height: 50 };
    const target = { x: Math.floor(random() * 50), y: Math.floor(random() * 50) };
    const wanted = { ...source, data: source.data.slice() };
    copyPixelsInto(crop(wanted, { ...part, ...target }), crop(source, part));
    copy(known, target, known, part);
    assert.deepEqual(known.data.subarray(known.offset, known.offset + wanted.data.length), wanted.data);
    known.data.set(source.data, known.offset);
  }
});

async function start(frameBytes = frameBytesOf(size)) {
  await buildKernels();
  const compiled = loadKernels();
  assert.ok(compiled !== undefined);
  return startKernels(compiled, { frameBytes });
}

function coloursOf({ data }: Pixels): Uint8Array {
  return data.map((byte, at) => (at % 4 === 3 ? 0 : byte));
}

function copyOf({ data, start: from, yEnd, cbEnd, crEnd }: EncodedTile) {
  return { lengths: [yEnd - from, cbEnd - from, crEnd - from], bytes: data.slice(from, crEnd) };
}

const places = [
  [0, 0],
  [64, 0],
  [128, 64],
] as const;
const uneven: Quantization = { ll3: 7, lh3: 8, hl3: 6, hh3: 9, lh2: 10, hl2: 11, hh2: 12, lh1: 13, hl1: 14, hh1: 15 };
const quantizations = [quantizationPresets.fine, quantizationPresets.normal, quantizationPresets.draft, uneven];
