import assert from "node:assert/strict";
import { test } from "node:test";
import { samplePicture } from "#codecs/samplePictures.ts";
import { seededRandom } from "#codecs/oracle.ts";
import { TileCache, tileName, type TileName } from "./tileCache.ts";

test("a tile has a name by its colours and its size, wherever it lies", () => {
  const picture = samplePicture("few", { width: 100, height: 100 });
  const copy = { ...picture, data: picture.data.slice() };
  for (let at = 3; at < copy.data.length; at += 4) copy.data[at] = at;
  const tile = { x: 20, y: 30, width: 64, height: 60 };

  assert.deepEqual(tileName(copy, tile), tileName(picture, tile));
  assert.notDeepEqual(tileName(picture, { ...tile, x: 21 }), tileName(picture, tile));
  assert.notDeepEqual(tileName(picture, { ...tile, width: 60, height: 64 }), tileName(picture, tile));
  copy.data[40 * copy.stride + 41 * 4] = copy.data[40 * copy.stride + 41 * 4]! ^ 1;
  assert.notDeepEqual(tileName(copy, tile), tileName(picture, tile));
});

test("who is longest out of use gives way, by slots and by bytes", () => {
  for (const limits of [
    { cacheSlots: 3, cacheBytes: 1_000_000 },
    { cacheSlots: 100, cacheBytes: 300 },
  ]) {
    const cache = new TileCache(limits);
    const slots = [1, 2, 3].map((number) => cache.keep(name(number), 100));
    assert.deepEqual(
      slots.map(({ slot, evicted }) => [slot, evicted]),
      [
        [1, []],
        [2, []],
        [3, []],
      ],
    );
    assert.equal(cache.find(name(1)), 1);

    assert.deepEqual(cache.keep(name(4), 100), { slot: 2, evicted: [2] });

    assert.deepEqual(
      [1, 2, 3, 4].map((number) => cache.find(name(number))),
      [1, undefined, 3, 2],
    );
  }
});

test("a tile whose first hash is another's takes its place, and is not taken for it", () => {
  const cache = new TileCache({ cacheSlots: 10, cacheBytes: 1000 });
  cache.keep({ hash: 7, check: 1 }, 100);

  assert.equal(cache.find({ hash: 7, check: 2 }), undefined);
  assert.deepEqual(cache.keep({ hash: 7, check: 2 }, 100), { slot: 1, evicted: [1] });
  assert.equal(cache.find({ hash: 7, check: 1 }), undefined);
  assert.equal(cache.find({ hash: 7, check: 2 }), 1);
});

test("however tiles come and go, a slot holds one, none is beyond the limits, and clearing empties all", () => {
  const random = seededRandom(9);
  const cache = new TileCache({ cacheSlots: 20, cacheBytes: 1500 });
  const held = new Map<number, { readonly number: number; readonly bytes: number }>();
  for (let step = 0; step < 5000; step++) {
    const number = Math.floor(random() * 60);
    const slot = cache.find(name(number));
    if (slot !== undefined) {
      assert.equal(held.get(slot)?.number, number);
      continue;
    }
    const bytes = 20 + Math.floor(random() * 100);
    const kept = cache.keep(name(number), bytes);
    for (const gone of kept.evicted) assert.ok(held.delete(gone));
    assert.ok(!held.has(kept.slot) && 1 <= kept.slot && kept.slot <= 20);
    held.set(kept.slot, { number, bytes });
    assert.ok(Array.from(held.values()).reduce((sum, entry) => sum + entry.bytes, 0) <= 1500);
  }
  assert.deepEqual(new Set(cache.clear()), new Set(held.keys()));
  assert.equal(cache.find(name(1)), undefined);
});

function name(number: number): TileName {
  return { hash: number, check: number * 3 };
}
