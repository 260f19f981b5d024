import assert from "node:assert/strict";
import { test } from "node:test";
import { possibleSize } from "./screenSize.ts";

test("a screen is whole, even, at least 200 and at most what fits", () => {
  const most = { width: 1920, height: 1080 };
  assert.deepEqual(
    [
      [1366, 767],
      [1367.5, 201],
      [10, -5],
      [9999, 9999],
    ].map(([width = 0, height = 0]) => possibleSize({ width, height }, most)),
    [{ width: 1366, height: 766 }, { width: 1366, height: 200 }, { width: 200, height: 200 }, most],
  );
});
