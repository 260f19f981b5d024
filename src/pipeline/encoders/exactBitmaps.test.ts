import assert from "node:assert/strict";
import { test } from "node:test";
import { crop } from "#base/pixels.ts";
import { decodePlanar } from "#codecs/planar/decode.ts";
import { picture, nearness } from "../../../test/pictures.ts";
import { ExactBitmaps } from "./exactBitmaps.ts";

test("at the right edge of a screen of any width a planar bitmap is as wide as it says", () => {
  for (const skipAlpha of [true, false]) {
    const bitmaps = new ExactBitmaps({ depth: 32, skipAlpha });
    for (let width = 1; width <= 9; width++) {
      const screen = picture("text", { width: 64 + width, height: 5 });
      const area = { x: 64, y: 1, width, height: 3 };

      const bitmap = bitmaps.bitmapOf(screen, area);
      const decoded = decodePlanar(bitmap.data, bitmap, { rows: "bottomUp" });

      assert.equal(bitmap.width % 4, 0);
      assert.equal(nearness(crop(screen, area), crop(decoded, { x: 0, y: 0, width, height: 3 })).worst, 0);
    }
  }
});
