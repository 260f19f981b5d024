import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../base/bytes/codec.ts";
import { DecodeError } from "../../../base/bytes/decodeError.ts";
import { milliseconds } from "../../../base/units.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { avc420Picture } from "./avc420.ts";
import { avc444Picture } from "./avc444.ts";
import { graphicsCapabilitySet } from "./capabilitySet.ts";
import {
  cacheImportOffer,
  cacheImportReply,
  cacheToSurface,
  capsAdvertise,
  capsConfirm,
  createSurface,
  deleteEncodingContext,
  deleteSurface,
  endFrame,
  evictCacheEntry,
  frameAcknowledge,
  graphicsCommand,
  graphicsCommands,
  mapSurfaceToOutput,
  mapSurfaceToScaledOutput,
  mapSurfaceToScaledWindow,
  mapSurfaceToWindow,
  qoeFrameAcknowledge,
  resetGraphics,
  solidFill,
  startFrame,
  surfaceToCache,
  surfaceToSurface,
  wireToSurface1,
  wireToSurface2,
} from "./graphicsCommands.ts";
import { writeWireToSurface1Header, writeWireToSurface2Header } from "./wireToSurface.ts";

const clearCodecData = `
  00 0e 03 00 00 00 00 00 b9 00 00 00 00 00 00 00 00 00 05 00 00 00 08 00 00 00 00 00 09 3f 27 19 82 72 69 40 28 1a
  3f 27 19 40 28 1a 41 29 1b 4f 39 2c a0 94 8d c0 b8 b3`;

// The picture is cut after its first line, and its length with it.
vector(
  wireToSurface1,
  "capture IronRDP test data",
  `00 00 08 00 20 a5 03 de 02 ab 03 e7 02 ${"38000000"} ${clearCodecData}`,
  {
    surfaceId: 0,
    codec: "clearCodec",
    pixelFormat: "xrgb8888",
    destination: { x: 933, y: 734, width: 6, height: 9 },
    data: hex(clearCodecData),
  },
);
// Cut likewise: sync and context block of progressive RemoteFX.
vector(
  wireToSurface2,
  "capture IronRDP test data",
  "00 00 09 00 04 00 00 00 20 16 00 00 00 c1 cc 0c 00 00 00 06 00 00 00 01 00 c4 cc 56 02 00 00 40 01 00 01",
  {
    surfaceId: 0,
    codec: "progressive",
    contextId: 4,
    pixelFormat: "xrgb8888",
    data: hex("c1 cc 0c 00 00 00 06 00 00 00 01 00 c4 cc 56 02 00 00 40 01 00 01"),
  },
);
vector(deleteEncodingContext, "capture IronRDP test data", "00 00 01 00 00 00", { surfaceId: 0, contextId: 1 });
vector(solidFill, "capture IronRDP test data", "00 00 00 00 00 00 01 00 00 00 00 00 40 00 40 00", {
  surfaceId: 0,
  color: { blue: 0, green: 0, red: 0, unused: 0 },
  rectangles: [{ x: 0, y: 0, width: 64, height: 64 }],
});
vector(surfaceToSurface, "capture IronRDP test data", "00 00 00 00 c8 00 3c 00 a4 02 94 00 01 00 80 00 3c 00", {
  sourceSurfaceId: 0,
  targetSurfaceId: 0,
  source: { x: 200, y: 60, width: 476, height: 88 },
  targets: [{ x: 128, y: 60 }],
});
vector(surfaceToCache, "capture IronRDP test data", "00 00 b7 7f a3 a6 da 86 3d 11 0e 00 80 02 00 00 c0 02 40 00", {
  surfaceId: 0,
  cacheKey: 0x113d_86da_a6a3_7fb7n,
  cacheSlot: 14,
  source: { x: 640, y: 0, width: 64, height: 64 },
});
vector(cacheToSurface, "capture IronRDP test data", "02 00 00 00 01 00 00 03 40 01", {
  cacheSlot: 2,
  surfaceId: 0,
  targets: [{ x: 768, y: 320 }],
});
vector(createSurface, "capture IronRDP test data", "00 00 00 04 00 03 21", {
  surfaceId: 0,
  width: 1024,
  height: 768,
  pixelFormat: "argb8888",
});
vector(deleteSurface, "capture IronRDP test data", "00 00", { surfaceId: 0 });
vector(
  resetGraphics,
  "capture IronRDP test data",
  `00 04 00 00 00 03 00 00 01 00 00 00 00 00 00 00 00 00 00 00 ff 03 00 00 ff 02 00 00 01 00 00 00 ${"00".repeat(300)}`,
  { width: 1024, height: 768, monitors: [{ x: 0, y: 0, width: 1024, height: 768, primary: true }] },
);
vector(mapSurfaceToOutput, "capture IronRDP test data", "00 00 00 00 01 00 00 00 02 00 00 00", {
  surfaceId: 0,
  x: 1,
  y: 2,
});
vector(evictCacheEntry, "capture IronRDP test data", "00 00", { cacheSlot: 0 });
vector(startFrame, "capture IronRDP test data", "f7 e8 9b 05 05 00 00 00", {
  timeOfDay: milliseconds(((22 * 60 + 27) * 60 + 58) * 1000 + 247),
  frameId: 5,
});
vector(endFrame, "capture IronRDP test data", "01 00 00 00", { frameId: 1 });
vector(capsConfirm, "capture IronRDP test data", "02 05 0a 00 04 00 00 00 20 00 00 00", {
  set: { version: "10.5", flags: ["avcDisabled"] },
});
vector(
  capsAdvertise,
  "capture IronRDP test data, Windows 10",
  `09 00 04 00 08 00 04 00 00 00 01 00 00 00 05 01 08 00 04 00 00 00 01 00 00 00 02 00 0a 00 04 00 00 00 20 00 00 00
   00 01 0a 00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 0a 00 04 00 00 00 20 00 00 00
   01 03 0a 00 04 00 00 00 20 00 00 00 00 04 0a 00 04 00 00 00 20 00 00 00 02 05 0a 00 04 00 00 00 20 00 00 00
   00 06 0a 00 04 00 00 00 20 00 00 00`,
  {
    sets: [
      { version: "8.0", flags: ["thinClient"] },
      { version: "8.1", flags: ["thinClient"] },
      { version: "10.0", flags: ["avcDisabled"] },
      { version: "10.1", flags: [] },
      { version: "10.2", flags: ["avcDisabled"] },
      { version: "10.3", flags: ["avcDisabled"] },
      { version: "10.4", flags: ["avcDisabled"] },
      { version: "10.5", flags: ["avcDisabled"] },
      { version: "10.6", flags: ["avcDisabled"] },
    ],
  },
);
vector(graphicsCapabilitySet, "capture IronRDP test data", "01 03 0a 00 04 00 00 00 20 00 00 00", {
  version: "10.3",
  flags: ["avcDisabled"],
});
vector(frameAcknowledge, "capture IronRDP test data", "00 00 00 00 01 00 00 00 01 00 00 00", {
  queueDepth: "unavailable",
  frameId: 1,
  framesDecoded: 1,
});
vector(frameAcknowledge, "own bytes by MS-RDPEGFX 3.3.5.13", "ff ff ff ff 02 00 00 00 02 00 00 00", {
  queueDepth: "suspended",
  frameId: 2,
  framesDecoded: 2,
});
// The first four of 919 slots.
vector(cacheImportReply, "capture IronRDP test data", "04 00 02 00 03 00 04 00 05 00", { cacheSlots: [2, 3, 4, 5] });
vector(
  cacheImportOffer,
  "own bytes by MS-RDPEGFX 2.2.2.16",
  "02 00 01 00 00 00 00 00 00 00 00 10 00 00 b7 7f a3 a6 da 86 3d 11 00 40 00 00",
  {
    entries: [
      { cacheKey: 1n, bitmapLength: 0x1000 },
      { cacheKey: 0x113d_86da_a6a3_7fb7n, bitmapLength: 0x4000 },
    ],
  },
);
vector(
  mapSurfaceToWindow,
  "own bytes by MS-RDPEGFX 2.2.2.20",
  "03 00 88 77 66 55 44 33 22 11 00 04 00 00 00 03 00 00",
  {
    surfaceId: 3,
    windowId: 0x1122_3344_5566_7788n,
    mappedWidth: 1024,
    mappedHeight: 768,
  },
);
vector(qoeFrameAcknowledge, "own bytes by MS-RDPEGFX 2.2.2.21", "05 00 00 00 e8 03 00 00 10 00 20 00", {
  frameId: 5,
  timestamp: 1000,
  startToEnd: 16,
  endToRendered: 32,
});
vector(
  mapSurfaceToScaledOutput,
  "own bytes by MS-RDPEGFX 2.2.2.22",
  "01 00 00 00 80 07 00 00 00 00 00 00 00 0f 00 00 70 08 00 00",
  { surfaceId: 1, x: 1920, y: 0, targetWidth: 3840, targetHeight: 2160 },
);
vector(
  mapSurfaceToScaledWindow,
  "own bytes by MS-RDPEGFX 2.2.2.23",
  "01 00 05 00 00 00 00 00 00 00 00 01 00 00 80 00 00 00 00 02 00 00 00 01 00 00",
  { surfaceId: 1, windowId: 5n, mappedWidth: 256, mappedHeight: 128, targetWidth: 512, targetHeight: 256 },
);

vector(
  avc420Picture,
  "own bytes by MS-RDPEGFX 2.2.4.4",
  "02 00 00 00 00 00 00 00 10 00 08 00 40 00 20 00 80 07 38 04 96 64 16 50 00 00 00 01 65 aa",
  {
    areas: [
      { x: 0, y: 0, width: 16, height: 8, quantization: 22, quality: 100, progressive: true },
      { x: 64, y: 32, width: 1856, height: 1048, quantization: 22, quality: 80, progressive: false },
    ],
    stream: hex("00 00 00 01 65 aa"),
  },
  { legalTruncations: [24, 25, 26, 27, 28, 29] },
);
const smallPicture = {
  areas: [{ x: 0, y: 0, width: 16, height: 8, quantization: 22, quality: 100, progressive: false }],
  stream: hex("00 00 00 01 65"),
};
const smallBytes = "01 00 00 00 00 00 00 00 10 00 08 00 16 64 00 00 00 01 65";
const inStream = { legalTruncations: [18, 19, 20, 21, 22] };
vector(avc444Picture, "own bytes by MS-RDPEGFX 2.2.4.5", `13 00 00 40 ${smallBytes}`, { main: smallPicture }, inStream);
vector(
  avc444Picture,
  "own bytes by MS-RDPEGFX 2.2.4.5",
  `00 00 00 80 ${smallBytes}`,
  { chroma: smallPicture },
  inStream,
);
vector(
  avc444Picture,
  "own bytes by MS-RDPEGFX 2.2.4.5",
  `13 00 00 00 ${smallBytes} ${smallBytes}`,
  { main: smallPicture, chroma: smallPicture },
  { legalTruncations: [37, 38, 39, 40, 41] },
);

test("several commands in one message come out in their order, an unknown one between them is stepped over", () => {
  const commands = decode(
    graphicsCommands,
    hex("0b0000001000000000000000 01000000 99000000 0a000000 aabb 0c000000 0c000000 01000000"),
  );
  assert.deepEqual(
    commands.map((command) => command.is),
    ["startFrame", "unknown", "endFrame"],
  );
});

test("the client's acknowledgement has the header of the specification (capture IronRDP test data)", () => {
  assert.deepEqual(
    encode(graphicsCommand, { is: "frameAcknowledge", queueDepth: "unavailable", frameId: 1, framesDecoded: 1 }),
    hex("0d 00 00 00 14 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00"),
  );
});

test("resetGraphics has 340 bytes with one monitor and with sixteen", () => {
  for (const count of [0, 1, 16]) {
    const monitors = Array.from({ length: count }, (_, index) => ({
      x: index * 100,
      y: -50,
      width: 100,
      height: 50,
      primary: index === 0,
    }));
    const bytes = encode(graphicsCommand, { is: "resetGraphics", width: 1600, height: 50, monitors });
    assert.equal(bytes.length, 340);
    assert.deepEqual(decode(graphicsCommand, bytes), { is: "resetGraphics", width: 1600, height: 50, monitors });
  }
});

test("the headers of pictures written by hand are those of the declarations", () => {
  const data = hex("aa bb cc");
  const first = new Uint8Array(30).fill(0x55);
  writeWireToSurface1Header(first, 2, {
    surfaceId: 0x1234,
    codec: 0x000a,
    pixelFormat: 0x20,
    x: 1000,
    y: 2000,
    width: 64,
    height: 300,
    dataBytes: 3,
  });
  first.set(data, 27);
  const second = new Uint8Array(26).fill(0x55);
  writeWireToSurface2Header(second, 2, {
    surfaceId: 0x1234,
    codec: 0x0009,
    contextId: 0x89ab_cdef,
    pixelFormat: 0x21,
    dataBytes: 3,
  });
  second.set(data, 23);

  assert.deepEqual(
    first.subarray(2),
    encode(graphicsCommand, {
      is: "wireToSurface1",
      surfaceId: 0x1234,
      codec: "planar",
      pixelFormat: "xrgb8888",
      destination: { x: 1000, y: 2000, width: 64, height: 300 },
      data,
    }),
  );
  assert.deepEqual(
    second.subarray(2),
    encode(graphicsCommand, {
      is: "wireToSurface2",
      surfaceId: 0x1234,
      codec: "progressive",
      contextId: 0x89ab_cdef,
      pixelFormat: "argb8888",
      data,
    }),
  );
});

test("a client that sends version 10.1 with four bytes is understood, and unknown versions are kept by number", () => {
  assert.deepEqual(decode(graphicsCapabilitySet, hex("00 01 0a 00 04 00 00 00 00 00 00 00")), {
    version: "10.1",
    flags: [],
  });
  assert.deepEqual(decode(graphicsCapabilitySet, hex("01 01 0b 00 04 00 00 00 a0 00 00 00")), {
    version: { unknown: 0x000b_0101 },
    flags: [],
  });
});

for (const [what, bytes] of Object.entries({
  "a rectangle with its right side on the left": "04000000 18000000 0000 00000000 0100 1000 1000 0800 2000",
  "seventeen monitors": `0e000000 54010000 80070000 38040000 11000000 ${"00".repeat(320)}`,
  "a screen of 32767 pixels": `0e000000 54010000 ff7f0000 38040000 00000000 ${"00".repeat(320)}`,
  "a picture longer than its command": "01000000 1c000000 0000 0b00 20 0000000040004000 04000000 aabbcc",
  "more cache entries than there can be": "10000000 0a000000 5715",
  "a command shorter than its header": "0c000000 07000000",
})) {
  test(`${what} is refused`, () => {
    assert.throws(() => decode(graphicsCommand, hex(bytes)), DecodeError);
  });
}
