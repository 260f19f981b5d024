import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { decode, encode } from "#base/bytes/codec.ts";
import { Reader } from "#base/bytes/reader.ts";
import type { Pixels } from "#base/pixels.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import type { CapabilitySet } from "../capabilities/capabilitySet.ts";
import { FastPathReceiver, fastPathPointer } from "../output/fastPathUpdate.ts";

import { pointerPixels } from "./pointerPixels.ts";
import { pointerAbilities, pointerOf } from "./pointerShape.ts";
import {
  cachedPointer,
  colorPointer,
  largePointer,
  newPointer,
  pointerPosition,
  pointerUpdate,
  readFastPathPointer,
  type PointerUpdate,
} from "./pointerUpdate.ts";

const outside = new URL("../../../../../shared/vectors/pointer/", import.meta.url);
const shape = {
  hotspot: { x: 1, y: 0 },
  width: 2,
  height: 1,
  xorMask: hex("112233445566"),
  andMask: hex("4000"),
};

vector(pointerPosition, "capture IronRDP's test suite", "4000 8000", { x: 64, y: 128 });
vector(cachedPointer, "capture IronRDP's test suite", "0500", { cacheIndex: 5 });
vector(pointerUpdate, "capture IronRDP's test suite", "0100 0000 007f0000", { pointer: { is: "default" } });
vector(pointerUpdate, "capture IronRDP's test suite", "0100 0000 00000000", { pointer: { is: "hidden" } });
vector(pointerUpdate, "capture IronRDP's test suite", "0300 0000 4000 8000", {
  pointer: { is: "position", at: { x: 64, y: 128 } },
});
vector(colorPointer, "own two pixels", "0300 0100 0000 0200 0100 0200 0600 112233445566 4000", {
  cacheIndex: 3,
  shape,
});
vector(newPointer, "own two pixels", "1800 0300 0100 0000 0200 0100 0200 0600 112233445566 4000", {
  bitsPerPixel: 24,
  cacheIndex: 3,
  shape,
});
vector(largePointer, "own two pixels", "1800 0300 0100 0000 0200 0100 02000000 06000000 112233445566 4000", {
  bitsPerPixel: 24,
  cacheIndex: 3,
  shape,
});

test("pointers that others captured are read, written and look as others see them", (t) => {
  if (!existsSync(outside)) return t.diagnostic("the outside vectors are not here");
  for (const [name, code, declared] of [
    ["color_pointer_24bpp", 0x9, colorPointer],
    ["new_pointer_32bpp", 0xb, newPointer],
    ["large_pointer_32bpp", 0xc, largePointer],
  ] as const) {
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.bin`, outside)));
    assert.deepEqual(encode<any>(declared, decode<any>(declared, bytes)), bytes, name);
    const pointer = readFastPathPointer(code, new Reader(bytes));
    assert.ok(pointer !== undefined && "xorMask" in pointer);
    const pixels = pointerPixels({ bitsPerPixel: 24, ...pointer });
    const seen = readPng(new URL(`${name}.png`, outside));
    // The outside pictures darken every colour (each channel times itself); what is seen, and how much, is exact.
    assert.deepEqual(alphas(pixels.data), alphas(seen), name);
    assert.ok(brightest(pixels.data) === brightest(seen), name);
  }
});

test("a hand-made monochrome pointer looks as others see it", (t) => {
  if (!existsSync(outside)) return t.diagnostic("the outside vectors are not here");
  const pixels = pointerPixels({
    bitsPerPixel: 1,
    cacheIndex: 0,
    hotspot: { x: 0, y: 0 },
    width: 7,
    height: 7,
    xorMask: hex("0000 0000 2000 1000 0000 0000 0000"),
    andMask: hex("7e00 9e00 8600 c200 c600 ea00 fc00"),
  });
  const seen = alphas(readPng(new URL("color_pointer_1bpp.png", outside)));
  assert.deepEqual(alphas(pixels.data), seen);
});

test("a cursor with alpha comes back from a New Pointer as it was", () => {
  const pixels = picture(5, 3, (x, y) => [x * 10, y * 10, 200, x === 0 ? 0 : 50 * x]);
  const pointer = pointerOf({ hotspot: { x: 2, y: 1 }, pixels, cacheIndex: 7 }, { anyDepth: true, sideMax: 96 });

  assert.ok(pointer.is === "new");
  assert.equal(pointer.cacheIndex, 7);
  const back = pointerPixels(pointer);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const expected = pixels.data[at + 3] === 0 ? [0, 0, 0, 0] : [...pixels.data.subarray(at, at + 4)];
    assert.deepEqual([...back.data.subarray(at, at + 4)], expected);
  }
});

test("an old client gets 24 bits, each pixel whole or not at all, in at most 32 pixels", () => {
  const pixels = picture(64, 48, (x) => [1, 2, 3, x < 32 ? 255 : 100]);
  const pointer = pointerOf({ hotspot: { x: 63, y: 0 }, pixels, cacheIndex: 0 }, { anyDepth: false, sideMax: 32 });

  assert.ok(pointer.is === "color");
  assert.deepEqual([pointer.width, pointer.height, pointer.hotspot], [32, 24, { x: 31, y: 0 }]);
  const back = pointerPixels({ bitsPerPixel: 24, ...pointer });
  assert.deepEqual([...back.data.subarray(0, 4)], [1, 2, 3, 255]);
  assert.deepEqual([...back.data.subarray(124, 128)], [0, 0, 0, 0]);
});

test("rows of an odd width are padded, in colour and in one bit", () => {
  const pixels = picture(3, 2, (x, y) => [255 * y, 255 * y, 255 * y, x === 1 ? 0 : 255]);
  const cursor = { hotspot: { x: 0, y: 0 }, pixels, cacheIndex: 0 };
  const color = pointerOf(cursor, { anyDepth: false, sideMax: 32 });
  const bits = pointerOf(cursor, { anyDepth: true, sideMax: 32, monochrome: true });

  assert.ok(color.is === "color" && bits.is === "new");
  assert.deepEqual(color.xorMask, hex("ffffff 000000 ffffff 00  000000 000000 000000 00"));
  assert.deepEqual(color.andMask, hex("4000 4000"));
  assert.deepEqual([bits.bitsPerPixel, bits.xorMask, bits.andMask], [1, hex("0000 a000"), hex("4000 4000")]);
});

test("a cursor without a visible pixel hides the pointer, a huge one is a large pointer", () => {
  const abilities = { anyDepth: true, sideMax: 384 };
  const clear = picture(4, 4, () => [9, 9, 9, 0]);
  assert.deepEqual(pointerOf({ hotspot: { x: 0, y: 0 }, pixels: clear, cacheIndex: 0 }, abilities), { is: "hidden" });
  const huge = picture(200, 100, () => [9, 9, 9, 255]);
  assert.equal(pointerOf({ hotspot: { x: 0, y: 0 }, pixels: huge, cacheIndex: 0 }, abilities).is, "large");
});

test("large pointers are for clients that also take updates of that size", () => {
  const pointer = { is: "pointerCapability", color: true, colorCacheSize: 20, cacheSize: 25 } as const;
  const large = { is: "largePointerCapability", support: ["upTo96", "upTo384"] } as const;

  assert.deepEqual(pointerAbilities([]), { anyDepth: false, sideMax: 32, cells: 1 });
  assert.deepEqual(pointerAbilities([{ ...pointer, cacheSize: 0 }]), { anyDepth: false, sideMax: 32, cells: 20 });
  assert.deepEqual(pointerAbilities([pointer, large]), { anyDepth: true, sideMax: 32, cells: 25 });
  assert.equal(pointerAbilities([pointer, large, room(65535)]).sideMax, 96);
  assert.equal(pointerAbilities([pointer, large, room(2146304)]).sideMax, 384);
});

test("every pointer survives both paths, in fragments where it is large", () => {
  const all: readonly PointerUpdate[] = [
    { is: "hidden" },
    { is: "default" },
    { is: "position", at: { x: 3, y: 4 } },
    { is: "cached", cacheIndex: 9 },
    { is: "color", cacheIndex: 1, ...shape },
    { is: "new", bitsPerPixel: 24, cacheIndex: 1, ...shape },
    { is: "large", bitsPerPixel: 32, cacheIndex: 2, ...shape, xorMask: new Uint8Array(100_000).fill(7) },
  ];
  const receiver = new FastPathReceiver();
  for (const pointer of all) {
    assert.deepEqual(decode(pointerUpdate, encode(pointerUpdate, { pointer })), { pointer });
    const messages = split(fastPathPointer(pointer, { updateBytesMax: 1 << 20 }));
    assert.deepEqual(
      messages.flatMap((message) => receiver.receive(message)),
      [{ is: "pointer", pointer }],
    );
  }
});

function room(requestSizeMax: number): CapabilitySet {
  return { is: "multifragmentUpdateCapability", requestSizeMax };
}

function split(bytes: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = ((bytes[at + 1]! & 0x7f) << 8) | bytes[at + 2]!;
    messages.push(bytes.subarray(at, at + length));
    at += length;
  }
  return messages;
}

function picture(width: number, height: number, color: (x: number, y: number) => readonly number[]): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(color(x, y), (y * width + x) * 4);
  return { width, height, data, offset: 0, stride: width * 4 };
}

function alphas(fourBytesEach: Uint8Array): Uint8Array {
  return fourBytesEach.filter((_, index) => index % 4 === 3);
}

/** The place of the pixel with the largest sum of colours: the same after any darkening. */
function brightest(fourBytesEach: Uint8Array): number {
  let best = { at: 0, sum: -1 };
  for (let at = 0; at < fourBytesEach.length; at += 4) {
    const sum = fourBytesEach[at]! + fourBytesEach[at + 1]! + fourBytesEach[at + 2]!;
    if (best.sum < sum) best = { at, sum };
  }
  return best.at;
}

/** The pixels of an 8-bit RGBA PNG without interlacing. */
function readPng(file: URL): Uint8Array {
  const bytes = readFileSync(file);
  const parts: Buffer[] = [];
  const width = bytes.readUInt32BE(16);
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const rows = raw.length / (stride + 1);
  const out = new Uint8Array(rows * stride);
  for (let y = 0; y < rows; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : out[y * stride + x - 4]!;
      const up = y === 0 ? 0 : out[(y - 1) * stride + x]!;
      const corner = x < 4 || y === 0 ? 0 : out[(y - 1) * stride + x - 4]!;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
