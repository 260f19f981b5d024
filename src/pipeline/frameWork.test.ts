import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, newPixels, type Pixels } from "#base/pixels.ts";
import { frameBytesOf, frameKernels } from "#codecs/kernels/frameKernels.ts";
import type { PixelFile } from "#desktop/desktop.ts";
import { buildKernels } from "../../tools/kernels.ts";
import { loadKernels, startKernels } from "../system/kernels.ts";
import { frameWork, type StartFrameKernels } from "./frameWork.ts";

const size = { width: 100, height: 70 };
const whole = { x: 0, y: 0, ...size };
const dot = { x: 70, y: 66, width: 1, height: 1 };
await buildKernels();

test("a desktop that is a file is looked at where it is, by the kernels too", () => {
  using desktop = desktopInFile();
  using work = frameWork(size, startFrames, desktop.pixelFile);
  const screen = work.look(desktop, []);
  work.take(screen, whole);
  desktop.draw(dot);

  assert.deepEqual(work.differences(screen, [whole]), [dot]);
  assert.deepEqual(work.takeDifferences(screen, [whole]), [dot]);
  assert.deepEqual(work.differences(screen, [whole]), []);
});

test("a desktop that cannot be read in place for a while is copied whole at first, and then by what has changed", () => {
  using desktop = desktopInFile();
  using work = frameWork(size, startFrames, desktop.pixelFile);
  work.take(work.look(desktop, []), whole);
  const copy = newPixels(size);
  copyPixelsInto(copy, desktop.pixels);
  desktop.draw(dot);
  const differences = [
    work.differences(work.look({ pixels: copy }, []), [whole]),
    work.differences(work.look({ pixels: desktop.pixels }, []), [whole]),
    work.differences(work.look({ pixels: desktop.pixels }, [dot]), [whole]),
    work.differences(work.look(desktop, []), [whole]),
  ];

  assert.deepEqual(differences, [[], [], [dot], [dot]]);
});

test("once it is looked at no more, its file is let go", () => {
  using desktop = desktopInFile();
  const work = frameWork(size, startFrames, desktop.pixelFile);
  const screen = work.look(desktop, []);
  const seen = screen.data[screen.offset];
  work[Symbol.dispose]();

  assert.deepEqual([seen, screen.data[screen.offset]], [ground, 0]);
});

const startFrames: StartFrameKernels = (frame, file) =>
  frameKernels(startKernels(loadKernels()!, { frameBytes: frameBytesOf(frame), file }), frame);

/** With some bytes before its pixels, and some behind each row. */
function desktopInFile() {
  const folder = mkdtempSync("/dev/shm/holdfast-test-");
  const descriptor = openSync(join(folder, "screen"), "w+");
  const [offset, stride] = [100, 512];
  const length = offset + stride * size.height;
  writeSync(descriptor, new Uint8Array(length).fill(ground));
  const data = new Uint8Array(length).fill(ground);
  const pixelFile: PixelFile = { descriptor, length };
  // The same bytes, as they would be seen by a map of the file.
  const pixels: Pixels = { ...size, data, offset, stride };
  return {
    pixels,
    pixelFile,
    draw: ({ x, y }: Rectangle) => {
      const at = offset + y * stride + x * 4;
      data[at] = 0xff;
      writeSync(descriptor, Uint8Array.of(0xff), 0, 1, at);
    },
    [Symbol.dispose]: () => {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    },
  };
}

const ground = 0x55;
