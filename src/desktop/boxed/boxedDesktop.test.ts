import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "../../base/units.ts";
import type { Pixels } from "../../base/pixels.ts";
import type { Key } from "../desktop.ts";
import { HeadlessDesktop } from "../headless/headlessDesktop.ts";
import { messageBox } from "../screens/messageBox.ts";
import { BoxedDesktop } from "./boxedDesktop.ts";

const question = messageBox({
  title: "A question",
  text: "May I?",
  buttons: [
    { id: "yes", label: "Yes" },
    { id: "no", label: "No" },
  ],
});
const [a, enter, tab, escape] = [0x1e, 0x1c, 0x0f, 0x01].map(key) as [Key, Key, Key, Key];
const onBox = { x: 480, y: 140 };
const beside = { x: 5, y: 470 };

test("the box is seen over the desktop, which goes on around it and under it", async () => {
  const { below, boxed } = shown();
  await boxed.takeDamage();
  assert.deepEqual([colorAt(boxed.pixels, beside), colorAt(boxed.pixels, onBox)], [0x40, 0xff]);

  below.pixels.data.fill(0x80);
  below.damage({ x: 0, y: 0, width: 640, height: 480 });
  await boxed.takeDamage();
  assert.deepEqual([colorAt(boxed.pixels, beside), colorAt(boxed.pixels, onBox)], [0x80, 0xff]);

  boxed.hideBox();
  assert.ok(0 < (await boxed.takeDamage()).length);
  assert.equal(colorAt(boxed.pixels, onBox), 0x80);
});

test("a desktop that gets another size has the box in the middle of it", async () => {
  const { below, boxed } = shown();
  const heard: string[] = [];
  boxed.listener = {
    damaged: () => heard.push("damaged"),
    resized: ({ width, height }) => heard.push(`resized ${width}x${height} ${boxed.pixels.width}`),
    cursorChanged: () => {},
    ended: () => {},
  };
  await boxed.resize({ width: 1000, height: 480 });
  await new Promise((resolve) => setImmediate(resolve));
  below.pixels.data.fill(0x20);
  await boxed.takeDamage();

  assert.ok(heard.includes("resized 1000x480 1000"));
  assert.deepEqual(
    [colorAt(boxed.pixels, { x: 150, y: 140 }), colorAt(boxed.pixels, { x: 660, y: 140 })],
    [0x20, 0xff],
  );
});

test("whoever is typing types on, until there is a moment of silence", () => {
  const { below, boxed, heard, wait } = shown();
  for (let count = 0; count < 5; count++) {
    wait(200);
    stroke(boxed, a);
    stroke(boxed, enter);
  }
  assert.deepEqual(heard.pressed, []);
  assert.equal(below.takeInput().length, 20);

  wait(700);
  stroke(boxed, tab);
  stroke(boxed, enter);
  assert.deepEqual([heard.pressed, below.takeInput()], [["yes"], []]);
});

test("the last button has the focus, and Escape means it", () => {
  for (const each of [enter, escape, key(0x39)]) {
    const { boxed, heard, wait } = shown();
    wait(700);
    stroke(boxed, each);
    assert.deepEqual(heard.pressed, ["no"]);
  }
});

test("a tablet's characters answer too", () => {
  const { below, boxed, heard, wait } = shown();
  wait(700);
  for (const character of "\t\r") {
    boxed.character(character.codePointAt(0)!, true);
    boxed.character(character.codePointAt(0)!, false);
  }
  assert.deepEqual(heard.pressed, ["yes"]);
  assert.deepEqual(
    below.takeInput().filter((input) => input.is === "character" && input.down),
    [],
  );
});

test("a key goes up where it went down, whichever stands there then", () => {
  const { below, boxed, heard, wait } = shown();
  const shift = key(0x2a);
  boxed.key(shift, true);
  wait(700);
  boxed.key(enter, true);
  boxed.key(shift, false);
  boxed.hideBox();
  assert.equal(heard.released, 0);
  boxed.key(enter, true);
  boxed.key(enter, false);

  assert.equal(heard.released, 1);
  assert.deepEqual(
    below.takeInput().map((input) => input.is === "key" && [input.key.scanCode, input.down]),
    [
      [0x2a, true],
      [0x2a, false],
    ],
  );
});

test("a click goes where it points, and what was dragged before stays dragged", () => {
  const { below, boxed, heard, wait } = shown();
  wait(700);
  boxed.pointerTo(beside);
  boxed.button("left", true);
  boxed.pointerTo(onBox);
  boxed.button("left", false);
  assert.deepEqual(
    below.takeInput().map((input) => input.is),
    ["pointerTo", "button", "pointerTo", "button"],
  );

  const [yes, no] = [
    { x: 390, y: 190 },
    { x: 490, y: 190 },
  ];
  for (const at of [onBox, yes, no]) {
    boxed.pointerTo(at);
    boxed.button("left", true);
    boxed.button("left", false);
  }
  boxed.wheel({ vertical: 120, horizontal: 0 });
  assert.deepEqual([heard.pressed, below.takeInput()], [["yes", "no"], []]);
});

test("a click or a key for a box that has just gone does not answer the next one", () => {
  const { boxed, heard, wait } = shown();
  wait(700);
  stroke(boxed, enter);
  boxed.showBox({ ...question, title: "Another question" }, "");
  wait(300);
  stroke(boxed, enter);
  assert.deepEqual(heard.pressed, ["no"]);
  wait(700);
  stroke(boxed, enter);
  assert.deepEqual(heard.pressed, ["no", "no"]);
});

test("over the box the pointer is an arrow, whatever the desktop has", () => {
  const { below, boxed } = shown();
  below.setCursor(undefined);
  boxed.pointerTo(beside);
  const there = boxed.cursor;
  boxed.pointerTo(onBox);
  const over = boxed.cursor;
  assert.deepEqual([there, over?.pixels.width], [undefined, 12]);
});

test("a motion, a click, a key and the wheel are all noticed, and lamps are not", () => {
  const { boxed, heard } = shown();
  boxed.setLockKeys({ scrollLock: false, numLock: true, capsLock: false, kanaLock: false });
  boxed.releaseAll();
  assert.equal(heard.touched, 0);
  boxed.pointerTo(beside);
  boxed.pointerTo(beside);
  assert.equal(heard.touched, 1);
  boxed.pointerBy({ x: 1, y: 0 });
  boxed.wheel({ vertical: 120, horizontal: 0 });
  stroke(boxed, a);
  boxed.character(0x61, true);
  assert.equal(heard.touched, 5);
});

function shown() {
  const below = new HeadlessDesktop({ size: { width: 640, height: 480 }, sizeMax: { width: 2000, height: 2000 } });
  below.pixels.data.fill(0x40);
  const heard = { pressed: [] as string[], touched: 0, released: 0 };
  let now = 0;
  const boxed = new BoxedDesktop({
    below,
    now: () => instant(now),
    pressed: (button) => heard.pressed.push(button),
    touched: () => heard.touched++,
    released: () => heard.released++,
  });
  boxed.showBox(question, "");
  return { below, boxed, heard, wait: (milliseconds: number) => void (now += milliseconds) };
}

function stroke(boxed: BoxedDesktop, pressed: Key): void {
  boxed.key(pressed, true);
  boxed.key(pressed, false);
}

function key(scanCode: number): Key {
  return { scanCode, extended: false, extended1: false };
}

function colorAt({ data, stride }: Pixels, at: { readonly x: number; readonly y: number }): number {
  return data[at.y * stride + at.x * 4]!;
}
