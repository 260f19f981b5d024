import assert from "node:assert/strict";
import { test } from "node:test";
import { messageBox } from "./messageBox.ts";
import { drawBox } from "./messageBoxPicture.ts";

const buttons = [
  { id: "yes", label: "Yes" },
  { id: "no", label: "No" },
];

test("a box stands inside every screen, however long its text is", () => {
  for (const text of ["Short.", "A long sentence that goes on. ".repeat(60), "line\n".repeat(60), "x".repeat(2000)]) {
    for (const [width, height] of [
      [640, 480],
      [1920, 1080],
      [3840, 2160],
      [320, 200],
      [40, 30],
    ] as const) {
      const { area, pixels } = drawBox(messageBox({ title: "Title", text, buttons }), "hint", { width, height });
      const name = `${text.length} characters on ${width}×${height}`;
      assert.ok(0 <= area.x && area.x + area.width <= width && 0 <= area.y && area.y + area.height <= height, name);
      assert.deepEqual([pixels.width, pixels.height], [area.width, area.height]);
    }
  }
});

test("every button can be clicked on a screen of 640 by 480", () => {
  const { area, buttonAt } = drawBox(messageBox({ title: "T", text: "word ".repeat(400), buttons }), "", {
    width: 640,
    height: 480,
  });
  const seen = new Set<string>();
  for (let y = area.y; y < area.y + area.height; y += 4) {
    for (let x = area.x; x < area.x + area.width; x += 4) seen.add(buttonAt({ x, y }) ?? "");
  }
  assert.deepEqual([...seen].toSorted(), ["", "no", "yes"]);
});

test("the hint and the focus change the picture, and its place stays", () => {
  const box = messageBox({ title: "Title", text: "Text", buttons });
  const screen = { width: 640, height: 480 };
  const [first, later, other] = [
    drawBox(box, "9 s", screen),
    drawBox(box, "8 s", screen),
    drawBox({ ...box, focus: 0 }, "9 s", screen),
  ];
  assert.deepEqual([later.area, other.area], [first.area, first.area]);
  assert.notDeepEqual(first.pixels.data, later.pixels.data);
  assert.notDeepEqual(first.pixels.data, other.pixels.data);
});
