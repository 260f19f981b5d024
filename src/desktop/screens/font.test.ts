import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels } from "../../base/pixels.ts";
import { Canvas } from "./canvas.ts";
import { font } from "./font.ts";
import { rasterizeGlyph } from "./glyphRaster.ts";
import { shortenText, textWidth, wrapText } from "./text.ts";

const body = font("regular", 14);

test("an outline covers as much of each pixel as lies inside of it", () => {
  // From 0.5 to 2.5 across and 0 to 1.5 up, in pixels.
  const square = [[5, 0, 1, 25, 0, 1, 25, 15, 1, 5, 15, 1]];
  const bitmap = rasterizeGlyph(square, { x: 0.1, y: (units) => units * 0.1, advance: 3 });
  assert.deepEqual(
    { ...bitmap, coverage: [...bitmap.coverage] },
    { width: 3, height: 2, left: 0, top: 2, advance: 3, coverage: [64, 128, 64, 128, 255, 128] },
  );
});

test("the font has the letters of Europe, and a sign for all others", () => {
  const missing = body.glyph(0x4e00);
  for (const character of "AZaz09äßçŁőΩλЖёЪ№€„“…→●⚠✓ÿž") {
    assert.notEqual(body.glyph(character.codePointAt(0)!), missing, character);
  }
  assert.ok(0 < missing.advance);
});

test("small and large letters end on whole pixels", () => {
  for (const size of [12, 14, 20, 28]) {
    const x = font("regular", size).glyph(0x78);
    const top = [...x.coverage.subarray(0, x.width)];
    assert.ok(
      top.some((coverage) => 200 < coverage),
      `x at ${size} px`,
    );
  }
});

test("a line is as wide as its letters, and is drawn no wider", () => {
  const text = "Sign in to Holdfast";
  const width = textWidth(body, text);
  const pixels = newPixels({ width: width + 40, height: 40 });
  new Canvas(pixels).text(body, { x: 10, y: 10 }, text, 0xffffff);
  const columns = new Set<number>();
  pixels.data.forEach((value, at) => {
    if (value !== 0 && at % 4 === 0) columns.add((at / 4) % pixels.width);
  });
  assert.ok(10 <= Math.min(...columns) && Math.max(...columns) <= 10 + width);
  assert.equal(textWidth(body, "ab"), textWidth(body, "a") + textWidth(body, "b"));
});

test("wrapped lines fit, and lose nothing but the spaces at their ends", () => {
  const text =
    "A session that is disconnected keeps running; averyverylongwordwithoutanyspaceinit too.\nSecond paragraph.";
  for (const width of [20, 60, 150, 1000]) {
    const lines = wrapText(body, text, width);
    assert.ok(lines.every((line) => textWidth(body, line) <= width));
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(/\s/gu, ""));
  }
  assert.deepEqual(wrapText(body, text, 1000).length, 2);
});

test("a text too long is cut with an ellipsis", () => {
  const cut = shortenText(body, "terminal-3.example.org", 80);
  assert.match(cut, /^terminal.*…$/u);
  assert.ok(textWidth(body, cut) <= 80);
  assert.equal(shortenText(body, "short", 80), "short");
});

test("nothing is drawn outside of the picture or of the part that is allowed", () => {
  const pixels = newPixels({ width: 20, height: 20 });
  const canvas = new Canvas(pixels);
  canvas.clipped({ x: 5, y: 5, width: 5, height: 5 }, () => {
    canvas.fillRound({ x: -10, y: -10, width: 40, height: 40 }, 6, 0xff0000);
    canvas.text(font("bold", 30), { x: -4, y: -4 }, "WWW", 0xffffff);
  });
  const touched = pixels.data.reduce((sum, value, at) => sum + (at % 4 === 3 && value !== 0 ? 1 : 0), 0);
  assert.equal(touched, 25);
});
