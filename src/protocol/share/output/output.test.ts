import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { bitmapUpdate, type BitmapData } from "./bitmapUpdate.ts";
import { FastPathReceiver, fastPathGraphics, fastPathMessages, fastPathSurfaceCommands } from "./fastPathUpdate.ts";
import { graphicsUpdate, paletteUpdate } from "./graphicsUpdate.ts";
import { frameAcknowledge, refreshRectangle, suppressOutput } from "./outputControl.ts";
import { frameMarker, surfaceBits, surfaceCommand, type SurfaceCommand } from "./surfaceCommand.ts";

const data = `210021000100200984210021002100120010d820000b00000000000000601e210000a883210055adffff
  45297acea3100e8245297aced582100100000000800e45299ef7ffff9ef74529210055ad1010a8d86012`;
const rectangle = `0100 0007 0004 3f07 3704 4000 3800 1000 0100 5c00 0000 5000 1c00 0400 ${data}`;
const bitmap: BitmapData = {
  destination: { x: 1792, y: 1024, width: 64, height: 56 },
  width: 64,
  height: 56,
  bitsPerPixel: 16,
  packing: { is: "compressedWithHeader", scanWidth: 28, sizeUnpacked: 4 },
  data: hex(data),
};
const twoRectangles = `0200
  0000 0000 3f00 3f00 4000 4000 1000 0104 0500 0020f0c00f
  4000 0000 7f00 3f00 4000 4000 1000 0104 0500 0020f0c00f`;
const twoBitmaps: readonly BitmapData[] = [0, 64].map((x) => ({
  destination: { x, y: 0, width: 64, height: 64 },
  width: 64,
  height: 64,
  bitsPerPixel: 16,
  packing: { is: "compressed" },
  data: hex("0020f0c00f"),
}));
const windows = "capture a Windows server, as IronRDP publishes it";

vector(bitmapUpdate, "capture freerdp-shadow 2.11, two rectangles of it", twoRectangles, { bitmaps: twoBitmaps });
vector(graphicsUpdate, "capture freerdp-shadow 2.11, two rectangles of it", `0100 ${twoRectangles}`, {
  update: { is: "bitmaps", bitmaps: twoBitmaps },
});
vector(paletteUpdate, "own 256 colours", `0000 00010000 ${"ff0080".repeat(256)}`, {
  colors: hex("ff0080".repeat(256)),
});
vector(frameMarker, windows, "0000 05000000", { action: "begin", frameId: 5 });
vector(surfaceBits, "capture freerdp-shadow 2.11", "0000 0000 2003 5802 20 00 00 03 2003 5802 06000000 c0cc0c000000", {
  destination: { x: 0, y: 0, width: 800, height: 600 },
  bitmap: { bitsPerPixel: 32, codecId: 3, width: 800, height: 600, data: hex("c0cc0c000000") },
});
vector(frameAcknowledge, "capture xfreerdp 2.11", "01000000", { frameId: 1 });
vector(suppressOutput, "own covered", "00000000", {});
vector(suppressOutput, "own seen again", "01000000 0000 0000 ff04 ff03", {
  shown: { x: 0, y: 0, width: 1280, height: 1024 },
});
vector(refreshRectangle, "own one area", "01 000000 0a00 1400 1d00 2700", {
  areas: [{ x: 10, y: 20, width: 20, height: 20 }],
});

test("a bitmap with a header is read, whatever its header says of the size", () => {
  assert.deepEqual(decode(bitmapUpdate, hex(rectangle)), { bitmaps: [bitmap] });
});

test("a bitmap's three packings are told apart", () => {
  for (const packing of [
    { is: "raw" },
    { is: "compressed" },
    { is: "compressedWithHeader", scanWidth: 256, sizeUnpacked: 4096 },
  ] as const) {
    const update = { bitmaps: [{ ...bitmap, packing }] };
    assert.deepEqual(decode(bitmapUpdate, encode(bitmapUpdate, update)), update);
  }
});

test("an update that fits is one fragment, a larger one first, next and last", () => {
  assert.deepEqual(places(16369), [0]);
  assert.deepEqual(places(16370), [2, 1]);
  assert.deepEqual(places(16369 * 2 + 1), [2, 3, 1]);
});

test("an update larger than the client takes is our mistake, a small one never needs fragments", () => {
  assert.throws(() => fastPathMessages("bitmaps", new Uint8Array(16370), { updateBytesMax: 0 }), RangeError);
  assert.equal(fastPathMessages("bitmaps", new Uint8Array(10), { updateBytesMax: 0 }).length, 16);
});

test("surface commands come back from their fragments", () => {
  const commands: readonly SurfaceCommand[] = [
    { is: "frameMarker", action: "begin", frameId: 9 },
    {
      is: "setSurfaceBits",
      destination: { x: 5, y: 6, width: 100, height: 90 },
      bitmap: { bitsPerPixel: 32, codecId: 0, width: 100, height: 90, data: new Uint8Array(36000).fill(5) },
    },
    {
      is: "streamSurfaceBits",
      destination: { x: 0, y: 0, width: 1, height: 1 },
      bitmap: {
        bitsPerPixel: 32,
        codecId: 3,
        width: 1,
        height: 1,
        identity: { high: 1, low: 2, milliseconds: 3n, seconds: 4n },
        data: hex("00010203"),
      },
    },
    { is: "frameMarker", action: "end", frameId: 9 },
  ];
  const receiver = new FastPathReceiver();
  const messages = split(fastPathSurfaceCommands(commands, { updateBytesMax: 1 << 20 }));

  assert.equal(messages.length, 3);
  assert.deepEqual(
    messages.flatMap((message) => receiver.receive(message)),
    [{ is: "surfaceCommands", commands }],
  );
});

test("bitmaps, palette, orders and synchronize come back from the fast path", () => {
  const receiver = new FastPathReceiver();
  for (const update of [
    { is: "bitmaps", bitmaps: [bitmap] },
    { is: "palette", colors: hex("ff0080".repeat(256)) },
    { is: "synchronize" },
  ] as const) {
    const message = fastPathGraphics(update, { updateBytesMax: 0 });
    assert.deepEqual(receiver.receive(message), [{ is: "graphics", update }]);
  }
});

test("fragments out of order are refused", () => {
  const receiver = new FastPathReceiver();
  assert.throws(() => receiver.receive(hex("00 800a 34 0400 00000000")), DecodeError);
  assert.deepEqual(receiver.receive(hex("00 800a 24 0400 00000000")), []);
  assert.throws(() => receiver.receive(hex("00 800a 11 0400 00000000")), DecodeError);
});

test("an unknown surface command is refused, since nobody knows where it ends", () => {
  assert.throws(() => decode(surfaceCommand, hex("0900 0000")), DecodeError);
});

/** First 2, next 3, last 1, single 0. */
function places(size: number): readonly number[] {
  const bytes = fastPathMessages("surfaceCommands", new Uint8Array(size), { updateBytesMax: 100_000 });
  return split(bytes).map((message) => message[3]! >> 4);
}

function split(bytes: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = ((bytes[at + 1]! & 0x7f) << 8) | bytes[at + 2]!;
    messages.push(bytes.subarray(at, at + length));
    at += length;
  }
  return messages;
}
