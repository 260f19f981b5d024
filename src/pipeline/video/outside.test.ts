import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isInside, type Rectangle } from "../../base/geometry.ts";
import { outside } from "./outside.ts";

test("what is outside of a hole is every point of the areas that is not in it, once", () => {
  const side = { min: 0, max: 12 };
  const rectangle = fc.record({
    x: fc.integer(side),
    y: fc.integer(side),
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(rectangle, rectangle, (area: Rectangle, hole: Rectangle) => {
      const pieces = outside([area], hole);
      for (let y = 0; y < 26; y++) {
        for (let x = 0; x < 26; x++) {
          const wanted = isInside(area, { x, y }) && !isInside(hole, { x, y }) ? 1 : 0;
          assert.equal(pieces.filter((piece) => isInside(piece, { x, y })).length, wanted);
        }
      }
    }),
  );
});
