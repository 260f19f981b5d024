import assert from "node:assert/strict";
import { test } from "node:test";
import { samplePicture } from "#codecs/samplePictures.ts";
import { seededRandom } from "#codecs/oracle.ts";
import { newPixels } from "#base/pixels.ts";
import { namesOfNobody, TileNames } from "./tileNames.ts";

const secret = new Uint8Array(32).fill(7);
const names = new TileNames(secret, "anna");

test("a tile has a name by its colours and its size, wherever it lies", () => {
  const picture = samplePicture("few", { width: 100, height: 100 });
  const copy = { ...picture, data: picture.data.slice() };
  for (let at = 3; at < copy.data.length; at += 4) copy.data[at] = at;
  for (const height of [60, 61]) {
    const tile = { x: 20, y: 30, width: 64, height };
    const name = names.nameOf(picture, tile);

    assert.deepEqual(names.nameOf(copy, tile), name);
    assert.notDeepEqual(names.nameOf(picture, { ...tile, x: 21 }), name);
    assert.notDeepEqual(names.nameOf(picture, { ...tile, width: height, height: 64 }), name);
    const { data, stride } = copy;
    for (const [x, y] of [
      [20, 30],
      [83, 30 + height - 1],
      [41, 40],
    ] as const) {
      data[y * stride + x * 4] = data[y * stride + x * 4]! ^ 1;
      const changed = names.nameOf(copy, tile);
      for (const sum of ["hash", "check", "rest"] as const) assert.notEqual(changed[sum], name[sum]);
      data[y * stride + x * 4] = data[y * stride + x * 4]! ^ 1;
    }
  }
});

test("what lies around a tile, and past the end of a picture, is not in its name", () => {
  const picture = samplePicture("noise", { width: 64, height: 33 });
  const larger = newPixels({ width: 64, height: 64 });
  larger.data.fill(0x55);
  larger.data.set(picture.data.subarray(0, 33 * picture.stride));
  const tile = { x: 0, y: 0, width: 64, height: 33 };

  assert.deepEqual(names.nameOf(larger, tile), names.nameOf(picture, tile));
});

test("the lightest tile has an exact name, and black tiles of different sizes have different ones", () => {
  const white = newPixels({ width: 64, height: 64 });
  white.data.fill(0xff);
  const whole = { x: 0, y: 0, width: 64, height: 64 };
  const { hash, check, rest } = names.nameOf(white, whole);
  for (const sum of [hash, check, rest]) assert.ok(Number.isSafeInteger(sum) && 0 < sum);

  const black = newPixels({ width: 64, height: 64 });
  const keys = [whole, { ...whole, height: 63 }, { ...whole, width: 63 }].map((tile) =>
    names.keyOf(names.nameOf(black, tile)),
  );
  assert.equal(new Set(keys).size, 3);
});

test("keys are the same for one secret and one user, and for nobody else", () => {
  const picture = samplePicture("few", { width: 64, height: 64 });
  const tile = { x: 0, y: 0, width: 64, height: 64 };
  const keyBy = (by: TileNames): bigint => by.keyOf(by.nameOf(picture, tile));
  const key = keyBy(names);

  assert.equal(keyBy(new TileNames(secret.slice(), "anna")), key);
  assert.ok(0n <= key && key < 2n ** 64n);
  const others = [new TileNames(secret, "ben"), new TileNames(secret, ""), new TileNames(secret.fill(8), "anna")];
  const keys = [key, ...others.map(keyBy), keyBy(namesOfNobody()), keyBy(namesOfNobody())];
  assert.equal(new Set(keys).size, keys.length);
});

test("of many tiles that differ by little no two have one key", () => {
  const random = seededRandom(3);
  const picture = newPixels({ width: 64, height: 64 });
  const keys = new Set<bigint>();
  for (let count = 0; count < 3000; count++) {
    const at = Math.floor(random() * 64 * 64) * 4;
    picture.data[at] = picture.data[at]! ^ 0xff;
    keys.add(names.keyOf(names.nameOf(picture, { x: 0, y: 0, width: 64, height: 64 })));
  }
  // A pixel that is changed twice in a row is as it was.
  assert.ok(2990 < keys.size);
});
