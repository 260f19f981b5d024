import assert from "node:assert/strict";
import { test } from "node:test";
import { cursorShape } from "./cursorWatch.ts";

const image = { width: 2, height: 1, xhot: 5, yhot: 0, cursorSerial: 7 };

test("half-transparent red becomes full red with half alpha", () => {
  const shape = cursorShape({ ...image, cursorImage: Buffer.of(0, 0, 0x80, 0x80, 1, 2, 3, 0) });
  assert.deepEqual(shape, {
    serial: 7,
    hotspot: { x: 1, y: 0 },
    pixels: { width: 2, height: 1, offset: 0, stride: 8, data: Uint8Array.of(0, 0, 255, 0x80, 0, 0, 0, 0) },
  });
});

test("a cursor of which nothing is visible is hidden, and one that says more than it brings is not believed", () => {
  assert.equal(cursorShape({ ...image, cursorImage: Buffer.alloc(8) }), undefined);
  assert.equal(cursorShape({ ...image, width: 60_000, height: 60_000, cursorImage: Buffer.alloc(8, 255) }), undefined);
  assert.equal(cursorShape({ ...image, width: 0, cursorImage: Buffer.alloc(0) }), undefined);
});
