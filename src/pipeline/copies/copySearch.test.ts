import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { instant } from "#base/units.ts";
import { ModelDesk } from "../../../test/modelDesk.ts";
import { FrameContents, type FrameChanges } from "../frameContents.ts";
import type { Copy } from "./copySearch.ts";

const size = { width: 640, height: 480 };
const window = { x: 64, y: 50, width: 400, height: 300 };

test("text that scrolls is one copy, and only what is new is sent besides", () => {
  for (const by of [-13, -1, 40, 117]) {
    const { desk, changed } = seen();

    const { copies, areas } = changed(desk.scroll(window, { x: 0, y: by }));

    assert.deepEqual(copies.map(motionOf)[0], { x: 0, y: by });
    assert.ok(covered(areas) <= (Math.abs(by) + 1) * window.width, `${by}: ${covered(areas)} pixels`);
  }
});

test("a picture that is pushed to a side is one copy", () => {
  const { desk, changed } = seen();
  changed(desk.draw("photo", window));

  const { copies, areas } = changed(desk.scroll(window, { x: 33, y: 0 }));

  assert.deepEqual(copies.map(motionOf), [{ x: 33, y: 0 }]);
  assert.ok(covered(areas) <= 34 * window.height, String(covered(areas)));
});

test("a window that is dragged in any direction is one copy, and only what it uncovers is sent besides", () => {
  for (const by of [
    { x: 17, y: -9 },
    { x: -50, y: 31 },
    { x: 3, y: 110 },
  ]) {
    const { desk, changed } = seen();

    const { copies, areas } = changed(desk.drag(window, by));

    assert.deepEqual(copies.map(motionOf), [by]);
    const uncovered = window.width * window.height - (window.width - Math.abs(by.x)) * (window.height - Math.abs(by.y));
    assert.ok(covered(areas) <= uncovered * 1.2, `${by.x},${by.y}: ${covered(areas)} of ${uncovered}`);
  }
});

test("two windows that scroll by different lengths are two copies", () => {
  const { desk, changed } = seen();
  const left = { x: 0, y: 0, width: 300, height: 480 };
  const right = { x: 320, y: 0, width: 320, height: 480 };

  const { copies } = changed([...desk.scroll(left, { x: 0, y: -26 }), ...desk.scroll(right, { x: 0, y: 15 })]);

  assert.deepEqual(
    copies.map(motionOf).toSorted((a, b) => a.y - b.y),
    [
      { x: 0, y: -26 },
      { x: 0, y: 15 },
    ],
  );
});

test("a letter, a flat area and a new photo are no copies", () => {
  const { desk, changed } = seen();

  for (const damage of [
    desk.draw("noise", { x: 100, y: 100, width: 8, height: 13 }),
    desk.fill(0x334455, window),
    desk.draw("photo", window),
  ]) {
    assert.deepEqual(changed(damage).copies, []);
  }
});

test("what changes all the time without moving is looked at ever more seldom, until something moves", () => {
  const { desk, contents, changed } = seen();
  for (let frame = 0; frame < 40; frame++) changed(desk.draw("noise", window));
  changed(desk.draw("text", { x: 0, y: 0, ...size }));

  const found: number[] = [];
  for (let frame = 0; frame < 140; frame++) {
    found.push(changed(desk.scroll(window, { x: 0, y: -13 })).copies.length);
  }

  const first = found.findIndex((copies) => 0 < copies);
  assert.ok(0 <= first && first <= 128, String(first));
  const moving = found.slice(first);
  assert.ok(0.9 * moving.length <= moving.filter((copies) => 0 < copies).length, String(moving));
  assert.ok(contents.stillAt === undefined);
});

test("whatever happens on a desktop, moving and sending what is told makes the client's picture the desktop's", () => {
  let moved = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const desk = new ModelDesk({ width: 400, height: 330 }, seed);
    const contents = new FrameContents(desk.pixels, { movesParts: true });
    const client = newPixels(desk.pixels);
    for (let step = 0; step < 60; step++) {
      const damage = step === 0 ? [] : desk.happen();
      const changes = contents.takeChanges(desk, damage, instant(step));
      for (const copy of changes?.copies ?? []) moveInside(client, copy);
      for (const area of changes?.areas ?? []) take(client, desk.pixels, area);
      moved += changes?.copies.length ?? 0;
      assert.ok(Buffer.from(client.data.buffer).equals(Buffer.from(desk.pixels.data.buffer)), `${seed}: step ${step}`);
      assert.ok(Buffer.from(contents.pixels.data.buffer).equals(Buffer.from(client.data.buffer)), `shadow ${seed}`);
    }
  }
  assert.ok(50 < moved, `${moved} copies`);
});

test("what the client has only nearly it has nearly where that was moved to, until it is sent exactly", () => {
  const { desk, contents, changed } = seen();
  const { areas } = changed(desk.draw("photo", window));
  contents.noteSent(areas, { messages: [], lossy: areas }, instant(1));

  const [copy] = changed(desk.drag(window, { x: 40, y: 60 })).copies;

  assert.ok(copy !== undefined && 100_000 < copy.source.width * copy.source.height);
  const still = contents.takeStill(instant(10_000), 1000);
  const nearly = common(copy.source, window);
  const by = motionOf(copy);
  for (const part of [nearly, { ...nearly, x: nearly.x + by.x, y: nearly.y + by.y }]) {
    assert.equal(covered(still.map((area) => common(area, part))), part.width * part.height);
  }
});

test("what has only moved as other things did is no film, and what is drawn anew may be one", () => {
  const { desk, contents, changed } = seen();
  changed(desk.draw("photo", window));
  const part = { x: 128, y: 128, width: 128, height: 128 };
  changed(desk.scroll(window, { x: 0, y: -13 }));
  const scrolled = desk.scroll(window, { x: 0, y: -13 });

  assert.deepEqual(contents.onlyMoved(desk, scrolled, [part]), [part]);
  assert.deepEqual(contents.onlyMoved(desk, [...scrolled, ...desk.draw("noise", part)], [part]), []);
  changed(desk.fill(0, window));
  assert.deepEqual(contents.onlyMoved(desk, [], [part]), []);
});

/** A desk full of text, and a client that has seen it. */
function seen() {
  const desk = new ModelDesk(size, 7);
  const contents = new FrameContents(size, { movesParts: true });
  contents.takeChanges(desk, [], instant(0));
  const changed = (damage: readonly Rectangle[]): FrameChanges =>
    contents.takeChanges(desk, damage, instant(0)) ?? { copies: [], areas: [], moving: [] };
  return { desk, contents, changed };
}

function motionOf({ source, target }: Copy): { readonly x: number; readonly y: number } {
  return { x: target.x - source.x, y: target.y - source.y };
}

function covered(areas: readonly Rectangle[]): number {
  return areas.reduce((sum, { width, height }) => sum + width * height, 0);
}

function common(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  return { x, y, width, height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y) };
}

function moveInside(pixels: Pixels, { source, target }: Copy): void {
  const before = newPixels(source);
  copyPixelsInto(before, crop(pixels, source));
  copyPixelsInto(crop(pixels, { ...source, ...target }), before);
}

function take(target: Pixels, source: Pixels, area: Rectangle): void {
  copyPixelsInto(crop(target, area), crop(source, area));
}
