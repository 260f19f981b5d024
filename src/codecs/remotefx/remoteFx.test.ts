import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { nearness, picture, type PictureKind } from "../../../test/pictures.ts";
import { attack } from "../oracle.ts";
import { remoteFxOracle } from "./oracle.ts";
import type { QuantizationPreset } from "./quantization.ts";
import { paintInto, RemoteFxDecoder } from "./remoteFxDecoder.ts";
import { RemoteFxEncoder } from "./remoteFxEncoder.ts";
import type { Entropy } from "./rlgr.ts";

const size = { width: 200, height: 150 };

for (const entropy of ["rlgr1", "rlgr3"] as const) {
  test(`${entropy}: fine pictures of every kind come back at 44 dB or more, text within 6 levels`, () => {
    for (const kind of ["photo", "text", "noise", "flat"] as const) {
      const { decibels, worst } = roundTrip(kind, entropy, "fine");
      assert.ok(44 < decibels, `${kind}: ${decibels} dB`);
      if (kind === "text") assert.ok(worst <= 6, `text: ${worst} levels`);
      if (kind === "flat") assert.ok(worst <= 2, `flat: ${worst} levels`);
    }
  });

  test(`${entropy}: photos of normal quality come back at 40 dB or more and are smaller`, () => {
    const { decibels, bytes } = roundTrip("photo", entropy, "normal");
    assert.ok(40 < decibels, `${decibels} dB`);
    assert.ok(bytes < roundTrip("photo", entropy, "fine").bytes);
  });
}

test("Only the rectangles are painted, and each tile under them is sent once", () => {
  const source = picture("text", size);
  const rectangles = [
    { x: 60, y: 10, width: 10, height: 3 },
    { x: 199, y: 149, width: 1, height: 1 },
    { x: 62, y: 12, width: 4, height: 4 },
  ];
  const [frame] = new RemoteFxDecoder().decode(
    new RemoteFxEncoder({ entropy: "rlgr1" }).encodeFrame(source, rectangles),
  );
  assert.ok(frame !== undefined);
  assert.deepEqual(frame.rectangles, rectangles);
  assert.deepEqual(
    frame.tiles.map(({ x, y }) => [x, y]),
    [
      [0, 0],
      [64, 0],
      [192, 128],
    ],
  );
  const target = newPixels(size);
  paintInto(target, frame);
  const isInside = (x: number, y: number): boolean =>
    rectangles.some((each) => each.x <= x && x < each.x + each.width && each.y <= y && y < each.y + each.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      assert.equal(target.data[y * target.stride + x * 4 + 3], isInside(x, y) ? 0xff : 0, `${x},${y}`);
    }
  }
});

test("In video mode the headers come with the first frame and with each change of size", () => {
  const encoder = new RemoteFxEncoder({ entropy: "rlgr3", mode: "video" });
  const small = picture("flat", { width: 64, height: 64 });
  const large = picture("flat", { width: 65, height: 64 });
  const whole = { x: 0, y: 0, width: 64, height: 64 };
  const lengths = [small, small, large, large].map((each) => encoder.encodeFrame(each, [whole]).length);
  assert.deepEqual(
    lengths.map((length) => length - lengths[1]!),
    [47, 0, 47, 0],
  );
});

test("The decoder survives 20,000 damaged streams: each is painted or refused with a DecodeError", () => {
  attack(remoteFxOracle, { seed: 7, count: 20_000 });
});

function roundTrip(kind: PictureKind, entropy: Entropy, quality: QuantizationPreset) {
  const source = picture(kind, size);
  const bytes = new RemoteFxEncoder({ entropy, quality }).encodeFrame(source, [{ x: 0, y: 0, ...size }]);
  return { ...nearness(source, paint(bytes)), bytes: bytes.length };
}

function paint(bytes: Uint8Array): Pixels {
  const target = newPixels(size);
  for (const frame of new RemoteFxDecoder().decode(bytes)) paintInto(target, frame);
  return target;
}
