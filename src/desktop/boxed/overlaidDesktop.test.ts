import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import { HeadlessDesktop } from "../headless/headlessDesktop.ts";
import { OverlaidDesktop } from "./overlaidDesktop.ts";

test("an overlay stands in its corner, and is made anew only with what the desktop draws, twice a second", async () => {
  const { below, overlaid, asked, wait } = shown();
  const first = await overlaid.takeDamage();
  const [corner, elsewhere] = [pixelAt(overlaid, 790), pixelAt(overlaid, 3)];
  wait(10_000);
  const idle = await overlaid.takeDamage();
  below.damage({ x: 0, y: 500, width: 8, height: 8 });
  const drawn = await overlaid.takeDamage();
  wait(100);
  below.damage({ x: 0, y: 500, width: 8, height: 8 });
  const soon = await overlaid.takeDamage();

  assert.deepEqual(first[0], { x: 0, y: 0, width: 800, height: 600 });
  assert.deepEqual([corner === 0x40, elsewhere === 0x40], [false, true]);
  assert.deepEqual([idle, asked(), drawn.length], [[], 2, 3]);
  assert.deepEqual(soon, [{ x: 0, y: 500, width: 8, height: 8 }]);
  assert.equal(pixelAt(below, 790), 0x40);
});

test("an overlay follows its desktop's size", async () => {
  const { below, overlaid } = shown();
  await overlaid.takeDamage();
  await below.resize({ width: 400, height: 300 });
  const damage = await overlaid.takeDamage();
  assert.deepEqual([overlaid.pixels.width, overlaid.pixels.height], [400, 300]);
  assert.deepEqual(damage[0], { x: 0, y: 0, width: 400, height: 300 });
  assert.notEqual(pixelAt(overlaid, 390), 0x40);
});

function shown() {
  const below = new HeadlessDesktop({ size: { width: 800, height: 600 }, sizeMax: { width: 2000, height: 2000 } });
  below.pixels.data.fill(0x40);
  let [now, asked] = [0, 0];
  const lines = (): readonly string[] => {
    asked++;
    return ["12 frames", "round trip 3 ms"];
  };
  const overlaid = new OverlaidDesktop({ below, lines, now: () => instant(now) });
  return { below, overlaid, asked: () => asked, wait: (milliseconds: number) => void (now += milliseconds) };
}

/** The blue of a pixel in the third row. */
function pixelAt({ pixels }: Pick<OverlaidDesktop, "pixels">, x: number): number {
  return pixels.data[2 * pixels.stride + x * 4]!;
}
