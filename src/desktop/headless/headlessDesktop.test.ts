import assert from "node:assert/strict";
import { test } from "node:test";
import type { Size } from "../../base/geometry.ts";
import { newPixels } from "../../base/pixels.ts";
import { HeadlessDesktop, type DesktopInput } from "./headlessDesktop.ts";

const sizeMax = { width: 800, height: 600 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function attached(size: Size): { desktop: HeadlessDesktop; heard: string[] } {
  const desktop = new HeadlessDesktop({ size, sizeMax });
  const heard: string[] = [];
  desktop.listener = {
    damaged: () => heard.push("damaged"),
    resized: ({ width, height }) => heard.push(`resized ${width}x${height}`),
    cursorChanged: () => heard.push("cursorChanged"),
    ended: (why) => heard.push(`ended: ${why}`),
  };
  return { desktop, heard };
}

test("a new desktop is damaged as a whole, and then only where something was drawn", async () => {
  const { desktop } = attached({ width: 100, height: 50 });
  const first = await desktop.takeDamage();
  desktop.damage({ x: 90, y: 40, width: 20, height: 20 });
  desktop.damage({ x: 200, y: 0, width: 5, height: 5 });
  assert.deepEqual(
    [first, await desktop.takeDamage(), await desktop.takeDamage()],
    [[{ x: 0, y: 0, width: 100, height: 50 }], [{ x: 90, y: 40, width: 10, height: 10 }], []],
  );
});

test("damage is told once until it is taken, and never inside the call that made it", async () => {
  const { desktop, heard } = attached({ width: 10, height: 10 });
  desktop.damage({ x: 1, y: 1, width: 1, height: 1 });
  const inside = [...heard];
  await turn();
  const once = [...heard];
  await desktop.takeDamage();
  desktop.damage({ x: 2, y: 2, width: 1, height: 1 });
  await turn();
  assert.deepEqual([inside, once, heard], [[], ["damaged"], ["damaged", "damaged"]]);
});

test("resizing keeps what both sizes show, gives the nearest possible size and tells it", async () => {
  const { desktop, heard } = attached({ width: 4, height: 4 });
  desktop.pixels.data[0] = 9;
  const given = await desktop.resize({ width: 5000, height: 0 });
  await turn();
  assert.deepEqual(
    { given, size: desktop.size, first: desktop.pixels.data[0], stride: desktop.pixels.stride, heard },
    {
      given: { width: 800, height: 1 },
      size: { width: 800, height: 1 },
      first: 9,
      stride: 3200,
      heard: ["damaged", "resized 800x1"],
    },
  );
});

test("input is recorded in order, with the place of the pointer", () => {
  const { desktop } = attached({ width: 100, height: 100 });
  const key = { scanCode: 0x1e, extended: false, extended1: false };
  desktop.key(key, true);
  desktop.pointerTo({ x: 20, y: 500 });
  desktop.pointerBy({ x: -5, y: -9 });
  desktop.button("left", true);
  assert.deepEqual(desktop.takeInput(), [
    { is: "key", key, down: true },
    { is: "pointerTo", at: { x: 20, y: 99 } },
    { is: "pointerTo", at: { x: 15, y: 90 } },
    { is: "button", button: "left", down: true, at: { x: 15, y: 90 } },
  ] satisfies DesktopInput[]);
  assert.deepEqual(desktop.takeInput(), []);
});

test("a drawn screen gets the input as it comes", () => {
  const seen: DesktopInput[] = [];
  const desktop = new HeadlessDesktop({ size: sizeMax, sizeMax, onInput: (input) => seen.push(input) });
  desktop.character(0x20ac, true);
  assert.deepEqual([seen, desktop.takeInput()], [[{ is: "character", codePoint: 0x20ac, down: true }], []]);
});

test("a cursor is told when its serial changes, and nothing follows the end", async () => {
  const { desktop, heard } = attached({ width: 10, height: 10 });
  const cursor = { serial: 1, hotspot: { x: 0, y: 0 }, pixels: newPixels({ width: 1, height: 1 }) };
  desktop.setCursor(cursor);
  desktop.setCursor({ ...cursor });
  desktop.setCursor(undefined);
  desktop.end("The test is over.");
  desktop.damage({ x: 0, y: 0, width: 1, height: 1 });
  await turn();
  assert.deepEqual(heard, ["damaged", "cursorChanged", "cursorChanged", "ended: The test is over."]);
});
