import assert from "node:assert/strict";
import { test } from "node:test";
import { copyPixelsInto, crop } from "#base/pixels.ts";
import { picture } from "../../../test/pictures.ts";
import { wordsOver } from "../pixelWords.ts";
import { nearbyMotion } from "./nearbyMotion.ts";

const size = { width: 640, height: 400 };
const area = { x: 200, y: 100, width: 240, height: 160 };
const ground = picture("photo", size, 1);
const window = crop(picture("text", size, 2), { ...area, x: 0, y: 0 });

test("A window that is dragged on is found again where it has nearly gone on as before, and nowhere else", () => {
  const before = withWindowAt(area);
  for (const [dx, dy] of [
    [12, -7],
    [20, -2],
    [-19, 25],
    [12, -6],
  ] as const) {
    const now = withWindowAt({ x: area.x + dx, y: area.y + dy });
    const found = nearbyMotion(before, now, { ...size, last: { dx: 12, dy: -7, area } });
    assert.deepEqual(found, { dx, dy });
  }
  const options = { ...size, last: { dx: 12, dy: -7, area } };
  assert.equal(nearbyMotion(before, before, options), undefined);
  assert.equal(nearbyMotion(before, withWindowAt({ x: area.x + 190, y: area.y }), options), undefined);
  assert.equal(nearbyMotion(before, wordsOver(ground)!, options), undefined);
});

test("At the edges of the screen only what is inside of it is looked at", () => {
  const corner = { ...area, x: size.width - area.width, y: size.height - area.height };
  const [before, now] = [withWindowAt(corner), withWindowAt({ x: corner.x - 9, y: corner.y - 9 })];
  const last = { dx: 30, dy: 30, area: corner };
  assert.equal(nearbyMotion(before, now, { ...size, last }), undefined);
  assert.deepEqual(nearbyMotion(before, now, { ...size, last: { ...last, dx: 5, dy: 5 } }), { dx: -9, dy: -9 });
});

function withWindowAt({ x, y }: { readonly x: number; readonly y: number }) {
  const screen = { ...ground, data: ground.data.slice() };
  copyPixelsInto(crop(screen, { ...area, x, y }), window);
  return wordsOver(screen)!;
}
