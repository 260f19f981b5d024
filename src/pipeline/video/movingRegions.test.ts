import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { intersect, type Rectangle } from "../../base/geometry.ts";
import { instant } from "../../base/units.ts";
import { MovingRegions, regionsMax } from "./movingRegions.ts";

const screen = { width: 1921, height: 1081 };

test("a film is found after six frames, as the window in which it plays, and forgotten when it has stopped", () => {
  const moving = new MovingRegions(screen);
  const film = { x: 100, y: 50, width: 640, height: 360 };
  const found: number[] = [];
  for (let frame = 1; frame <= 8; frame++) {
    moving.note(byTiles(film), byTiles(film), at(frame));
    found.push(moving.find([], at(frame)).length);
  }
  assert.deepEqual(found, [0, 0, 0, 0, 0, 1, 1, 1]);
  assert.deepEqual(moving.find([], at(8)), [film]);
  assert.deepEqual(moving.find([], at(20)), []);

  const elsewhere = [{ x: 1500, y: 900, width: 8, height: 16 }];
  for (let frame = 9; frame <= 18; frame++) moving.note(elsewhere, [], at(frame));
  assert.deepEqual(moving.find([], at(18)), []);
});

test("text that runs, a small thing that blinks and somebody who types are no films", () => {
  const moving = new MovingRegions(screen);
  const terminal = byTiles({ x: 0, y: 0, width: 800, height: 600 });
  const spinner = byTiles({ x: 1000, y: 100, width: 96, height: 96 });
  for (let frame = 1; frame <= 40; frame++) moving.note([...terminal, ...spinner], spinner, at(frame));
  assert.deepEqual(moving.find([], at(40)), []);
});

test("what is shown as a film stays one although nobody looks whether it is a picture", () => {
  const moving = new MovingRegions(screen);
  const film = { x: 64, y: 64, width: 400, height: 300 };
  for (let frame = 1; frame <= 30; frame++) moving.note(byTiles(film), [], at(frame));
  assert.deepEqual(moving.find([], at(30)), []);
  assert.deepEqual(moving.find([film], at(30)), [film]);
});

test("a film of 15 frames beside one of 30 is found too, and each has a region of its own", () => {
  const moving = new MovingRegions(screen);
  const fast = { x: 0, y: 0, width: 320, height: 240 };
  const slow = { x: 1000, y: 500, width: 320, height: 240 };
  for (let frame = 1; frame <= 30; frame++) {
    const areas = [...byTiles(fast), ...(frame % 2 === 0 ? byTiles(slow) : [])];
    moving.note(areas, areas, at(frame));
  }
  assert.deepEqual(new Set(moving.find([], at(30))), new Set([fast, slow]));
});

test("pictures that come seconds apart are no film", () => {
  const moving = new MovingRegions(screen);
  const slides = byTiles({ x: 0, y: 0, width: 1280, height: 720 });
  for (let slide = 1; slide <= 20; slide++) moving.note(slides, slides, instant(slide * 1500));
  assert.deepEqual(moving.find([], instant(30_000)), []);
});

test("whatever moves, regions have even sides inside the screen, do not overlap and cover what always moved", () => {
  const box = fc
    .record({
      x: fc.integer({ min: 0, max: screen.width - 2 }),
      y: fc.integer({ min: 0, max: screen.height - 2 }),
      width: fc.integer({ min: 1, max: 900 }),
      height: fc.integer({ min: 1, max: 900 }),
    })
    .map((each) => intersect(each, { x: 0, y: 0, ...screen })!);
  const window = fc.record({ box, rate: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 16, max: 40 }),
      (windows, frames) => {
        const moving = new MovingRegions(screen);
        for (let frame = 1; frame <= frames; frame++) {
          const areas = windows.filter(({ rate }) => frame % rate === 0).flatMap((each) => byTiles(each.box));
          moving.note(areas, areas, at(frame));
        }
        const regions = moving.find([], at(frames));
        assert.ok(regions.length <= regionsMax);
        for (const [index, region] of regions.entries()) {
          const { x, y, width, height } = region;
          assert.deepEqual([x % 2, y % 2, width % 2, height % 2], [0, 0, 0, 0]);
          assert.ok(0 <= x && 0 <= y && x + width <= screen.width && y + height <= screen.height);
          assert.ok(128 * 128 <= width * height && 64 <= Math.min(width, height));
          assert.ok(regions.every((other, place) => place === index || intersect(other, region) === undefined));
        }
        if (regions.length === regionsMax) return;
        for (const { box: window, rate } of windows) {
          const { x, y } = window;
          const even = { x: x & ~1, y: y & ~1, width: window.width & ~1, height: window.height & ~1 };
          if (1 < rate || even.width < 66 || even.height < 66 || even.width * even.height < 20_000) continue;
          const cut = intersect(even, { x: 0, y: 0, width: screen.width & ~1, height: screen.height & ~1 })!;
          const common = regions.flatMap((region) => intersect(region, cut) ?? []);
          assert.ok(common.some((each) => each.width === cut.width && each.height === cut.height));
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** A frame each 33 ms. */
function at(frame: number) {
  return instant(frame * 33);
}

function byTiles(area: Rectangle): readonly Rectangle[] {
  const parts: Rectangle[] = [];
  for (let y = area.y - (area.y % 64); y < area.y + area.height; y += 64) {
    for (let x = area.x - (area.x % 64); x < area.x + area.width; x += 64) {
      parts.push(intersect(area, { x, y, width: 64, height: 64 })!);
    }
  }
  return parts;
}
