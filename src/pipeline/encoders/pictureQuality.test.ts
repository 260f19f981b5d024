import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rectangle } from "#base/geometry.ts";
import { sampleKinds, samplePicture } from "#codecs/samplePictures.ts";
import type { Frame } from "../encoder.ts";
import { isPicture, pictureQuality } from "./pictureQuality.ts";

test("what packs well exactly is tried so; noise is a picture at once", () => {
  const pictures = sampleKinds.filter((kind) => isPicture(frameOf({ kind }), tile));
  assert.deepEqual(pictures, ["noise"]);
});

test("what was a picture a moment ago is one again where it is half as grainy, and text where it is text", () => {
  const { pixels, ...noise } = frameOf({ kind: "noise", isNearly: true });
  // Every third row is like the one above.
  for (let y = 1; y < 64; y += 8)
    if (y % 24 === 1) pixels.data.copyWithin(y * pixels.stride, (y - 1) * pixels.stride, y * pixels.stride);
  assert.equal(isPicture({ ...noise, pixels }, tile), true);
  assert.equal(isPicture({ ...noise, pixels, isNearly: () => false }, tile), false);
  assert.equal(isPicture({ ...noise, pixels }, { ...tile, height: 20 }), false);
  assert.equal(isPicture(frameOf({ kind: "text", isNearly: true }), tile), false);
});

test("what is to be exact is no picture", () => {
  assert.equal(isPicture(frameOf({ kind: "noise", isNearly: true, exact: true }), tile), false);
});

test("a picture is said well where it may stay, and as a draft where it will not, or where many come at once", () => {
  const many = Array.from({ length: 65 }, () => tile);
  assert.equal(pictureQuality(frameOf({ kind: "noise" }), [tile]), "normal");
  assert.equal(pictureQuality(frameOf({ kind: "noise", isNearly: true }), [tile]), "draft");
  assert.equal(pictureQuality(frameOf({ kind: "noise" }), many), "draft");
});

function frameOf({
  kind,
  isNearly = false,
  exact = false,
}: {
  readonly kind: (typeof sampleKinds)[number];
  readonly isNearly?: boolean;
  readonly exact?: boolean;
}): Frame {
  const pixels = samplePicture(kind, { width: 64, height: 64 });
  return { id: 1, pixels, copies: [], areas: [tile], isNearly: () => isNearly, exact };
}

const tile: Rectangle = { x: 0, y: 0, width: 64, height: 64 };
