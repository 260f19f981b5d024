import assert from "node:assert/strict";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { encode } from "../../base/bytes/codec.ts";
import { instant } from "../../base/units.ts";
import { framebufferHeader } from "./framebufferHeader.ts";
import { mapFramebuffer } from "./mappedFramebuffer.ts";

const whole = { x: 0, y: 0, width: 64, height: 32 };

test("a screen's file that is cut off while it is mapped is black there, and does not end the process", async () => {
  using screen = openScreen();
  const { framebuffer, lines } = screen;
  framebuffer.resized(whole);
  screen.paint(0x55);
  const before = [framebuffer.pixels.data.at(-1), framebuffer.pixels.width];
  screen.cutOff();
  await framebuffer.refresh([whole]);
  const { data, stride } = framebuffer.pixels;
  framebuffer.resized({ width: 32, height: 16 });

  assert.deepEqual(before, [0x55, 64]);
  assert.deepEqual([data.length, stride, data.at(0), data.at(-1)], [64 * 32 * 4, 64 * 4, 0, 0]);
  assert.deepEqual([framebuffer.pixels.width, framebuffer.pixels.data.length], [32, 32 * 16 * 4]);
  assert.match(lines.join("\n"), /^the screen's file is read piece by piece: it has 100 bytes, and should have \d+$/u);
});

test("where the file system is full no page is taken by reading, and there is a picture all the same", async () => {
  using screen = openScreen();
  const { framebuffer, lines } = screen;
  framebuffer.resized(whole);
  screen.paint(0x33);
  screen.leaveRoom(1 << 20);
  await framebuffer.refresh([]);
  const full = framebuffer.pixels.data.at(-1);
  screen.paint(0x44);
  await framebuffer.refresh([{ x: 60, y: 30, width: 4, height: 2 }]);
  const { data } = framebuffer.pixels;
  const seen = [data.at(0), data.at(-1)];
  screen.leaveRoom(1 << 30);
  await framebuffer.refresh([]);

  assert.deepEqual([full, seen, framebuffer.pixels.data.at(-1)], [0x33, [0x33, 0x44], 0x44]);
  assert.deepEqual(
    lines.map((line) => line.slice(0, 50)),
    ["the screen's file is read piece by piece: its file", "the screen's file is read in place again"],
  );
});

function openScreen() {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  const file = openSync(join(folder, "screen"), "w+");
  const offset = 80 + 20;
  const header = {
    headerSize: offset,
    depth: 24,
    width: 64,
    height: 32,
    bytesPerLine: 256,
    colorCount: 0,
  };
  writeSync(file, encode(framebufferHeader, header));
  const paint = (value: number) => void writeSync(file, new Uint8Array(64 * 32 * 4).fill(value), 0, 8192, offset);
  paint(0);
  const lines: string[] = [];
  let [now, room] = [0, 1 << 30];
  const framebuffer = mapFramebuffer(file, {
    now: () => instant((now += 1000)),
    log: (line) => lines.push(line),
    room: () => room,
  });
  return {
    framebuffer,
    lines,
    paint,
    cutOff: () => ftruncateSync(file, offset),
    leaveRoom: (bytes: number) => void (room = bytes),
    [Symbol.dispose]: () => {
      framebuffer.close();
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}
