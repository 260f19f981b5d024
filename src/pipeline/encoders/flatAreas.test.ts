import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels } from "#base/pixels.ts";
import { flatAreas } from "./flatAreas.ts";

test("areas of one colour are put together by it, whatever their fourth bytes hold", () => {
  const pixels = newPixels({ width: 8, height: 4 });
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data.set([1, 2, 3, at & 0xff], at);
  const left = { x: 0, y: 0, width: 4, height: 4 };
  const right = { x: 4, y: 0, width: 4, height: 4 };
  const corner = { x: 7, y: 3, width: 1, height: 1 };

  assert.deepEqual(flatAreas(pixels, [left, right]), { flat: new Map([[0x030201, [left, right]]]), others: [] });

  pixels.data[pixels.offset + 3 * pixels.stride + 7 * 4] = 9;

  assert.deepEqual(flatAreas(pixels, [right, left, corner]), {
    flat: new Map([
      [0x030201, [left]],
      [0x030209, [corner]],
    ]),
    others: [right],
  });
});
