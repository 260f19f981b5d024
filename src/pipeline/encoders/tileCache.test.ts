import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#codecs/oracle.ts";
import { TileCache } from "./tileCache.ts";
import type { TileName } from "./tileNames.ts";

test("who is longest out of use gives way, by slots and by bytes", () => {
  for (const limits of [
    { cacheSlots: 3, cacheBytes: 1_000_000 },
    { cacheSlots: 100, cacheBytes: 300 },
  ]) {
    const cache = new TileCache(limits);
    const slots = [1, 2, 3].map((number) => cache.keep(name(number)));
    assert.deepEqual(
      slots.map(({ slot, evicted }) => [slot, evicted]),
      [
        [1, []],
        [2, []],
        [3, []],
      ],
    );
    assert.equal(cache.find(name(1)), 1);

    assert.deepEqual(cache.keep(name(4)), { slot: 2, evicted: [2] });

    assert.deepEqual(
      [1, 2, 3, 4].map((number) => cache.find(name(number))),
      [1, undefined, 3, 2],
    );
  }
});

test("a tile whose first hash is another's takes its place, and is not taken for it", () => {
  const cache = new TileCache({ cacheSlots: 10, cacheBytes: 1000 });
  const [one, other] = [name(7), { ...name(7), check: 2 }];
  cache.keep(one);

  assert.equal(cache.find(other), undefined);
  assert.deepEqual(cache.keep(other), { slot: 1, evicted: [1] });
  assert.equal(cache.find(one), undefined);
  assert.equal(cache.find(other), 1);
  for (const unlike of [{ rest: 1 }, { width: 6 }, { height: 4 }]) {
    assert.equal(cache.find({ ...other, ...unlike }), undefined);
  }
});

test("however tiles come and go, and whatever is offered, a slot holds one, none is beyond the limits, and clearing empties all", () => {
  const random = seededRandom(9);
  const cache = new TileCache({ cacheSlots: 20, cacheBytes: 1500 });
  const held = new Map<number, { readonly number: number; readonly bytes: number }>();
  const hold = (slot: number, number: number, bytes: number): void => {
    assert.ok(!held.has(slot) && 1 <= slot && slot <= 20);
    held.set(slot, { number, bytes });
    assert.ok(Array.from(held.values()).reduce((sum, entry) => sum + entry.bytes, 0) <= 1500);
  };
  const empty = (slots: readonly number[]): void => {
    for (const gone of slots) assert.ok(held.delete(gone));
  };
  let adopted = 0;
  for (let step = 0; step < 5000; step++) {
    const number = Math.floor(random() * 60);
    if (step % 100 === 99) {
      const offered = Array.from({ length: 8 }, () => Math.floor(random() * 60));
      const tiles = offered.map((each) => ({ cacheKey: BigInt(each), bitmapLength: bytesOf(each) }));
      const { slots, evicted } = cache.import(tiles);
      for (const [index, slot] of slots.entries()) hold(slot, offered[index]!, bytesOf(offered[index]!));
      empty(evicted);
      continue;
    }
    const slot = cache.find(name(number)) ?? cache.adopt(name(number), BigInt(number));
    if (slot !== undefined) {
      adopted++;
      assert.equal(held.get(slot)?.number, number);
      continue;
    }
    const kept = cache.keep(name(number), BigInt(number));
    empty(kept.evicted);
    hold(kept.slot, number, bytesOf(number));
  }
  assert.ok(100 < adopted);
  assert.deepEqual(new Set(cache.clear()), new Set(held.keys()));
  assert.equal(cache.find(name(1)), undefined);
  assert.equal(cache.hasImported, false);
});

test("of what a client offers, the first so many are taken for which there is room", () => {
  const cache = new TileCache({ cacheSlots: 100, cacheBytes: 1000 });
  const sizes = [100, 400, 300, 300, 10];

  assert.deepEqual(cache.import(sizes.map((size, index) => tile(index, size))), { slots: [1, 2, 3], evicted: [] });
  assert.deepEqual(cache.import([tile(7, 0xffff_ffff), tile(8, 10)]), { slots: [], evicted: [] });
  const few = new TileCache({ cacheSlots: 4096, cacheBytes: 16 << 20 });
  const many = Array.from({ length: 20_000 }, (_, index) => tile(index, 4));
  assert.equal(few.import(many).slots.length, 4096);
  assert.equal(few.import(many).slots.length, 0);
});

test("what is offered twice, empty or kept already gets a slot that is emptied at once", () => {
  const cache = new TileCache({ cacheSlots: 100, cacheBytes: 10_000 });
  cache.keep(name(5), 5n);

  const { slots, evicted } = cache.import([tile(1, 100), tile(1, 100), tile(5, 100), tile(6, 0), tile(2, 100)]);

  assert.deepEqual(slots, [2, 3, 4, 5, 6]);
  assert.deepEqual(evicted, [3, 4, 5]);
  assert.deepEqual(cache.import([tile(1, 100)]), { slots: [5], evicted: [5] });
  assert.deepEqual(cache.find(name(5)), 1);
  assert.deepEqual(cache.adopt(name(2), 2n), 6);
  assert.deepEqual(cache.find(name(2)), 6);
});

test("a tile that has another size than the client said is not shown from what it offered", () => {
  const cache = new TileCache({ cacheSlots: 100, cacheBytes: 10_000 });
  cache.import([tile(1, 96)]);

  assert.equal(cache.adopt(name(1), 1n), undefined);
});

test("what was taken over and not shown gives way first, the last offered before the others", () => {
  const cache = new TileCache({ cacheSlots: 4, cacheBytes: 10_000 });
  cache.keep(name(9), 9n);
  cache.import([tile(1, 100), tile(2, 100), tile(3, 100)]);
  assert.equal(cache.adopt(name(3), 3n), 4);

  assert.deepEqual(
    [10, 11, 12].map((number) => cache.keep(name(number), BigInt(number)).evicted),
    [[3], [2], [1]],
  );
});

function name(number: number): TileName {
  return { hash: number, check: number * 3, rest: 0, width: 5, height: bytesOf(number) / 20 };
}

/** 100 for small numbers, others from 20 on. */
function bytesOf(number: number): number {
  return number < 20 ? 100 : (1 + (number % 6)) * 20;
}

function tile(key: number, bitmapLength: number) {
  return { cacheKey: BigInt(key), bitmapLength };
}
