import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Rectangle } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { toDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import { encodeInterleaved } from "#codecs/interleaved/encode.ts";
import { encodePlanar } from "#codecs/planar/encode.ts";
import { ProgressiveEncoder } from "#codecs/progressive/progressiveEncoder.ts";
import { RemoteFxEncoder } from "#codecs/remotefx/remoteFxEncoder.ts";
import {
  graphicsCommand,
  graphicsCommands,
  type GraphicsCommand,
} from "#protocol/channels/graphics/graphicsCommands.ts";
import { MessageSplitter } from "#protocol/framing/messageSplitter.ts";
import { fastPathGraphics, fastPathSurfaceCommands } from "#protocol/share/output/fastPathUpdate.ts";
import { clientProfiles } from "#protocol/sequences/connect/clientProfiles.ts";
import { nearness, picture, randomFrom } from "../../../test/pictures.ts";
import { ClientScreen } from "./clientScreen.ts";

const size = { width: 200, height: 130 };
const whole: Rectangle = { x: 0, y: 0, ...size };
const options = { updateBytesMax: 0x3f0000 };

for (const depth of [8, 15, 16, 24] as const) {
  for (const packing of ["raw", "compressed"] as const) {
    test(`${packing} bitmaps of ${depth} bpp are painted where they belong, as near as their depth allows`, () => {
      const { screen, updates } = makeScreen();
      const photo = picture("text", size);
      if (depth === 8) screen.receiveFastPath(fastPathGraphics({ is: "palette", colors: fixedPalette }, options));
      const area = { x: 12, y: 7, width: 64, height: 48 };
      const part = crop(photo, area);
      const data =
        packing === "raw"
          ? toDepth(part, depth, { rows: "bottomUp", widthMultiple: 4 })
          : encodeInterleaved(part, depth);
      const bitmap = { destination: area, ...sizeOf(area), bitsPerPixel: depth, packing: { is: packing }, data };

      screen.receiveFastPath(fastPathGraphics({ is: "bitmaps", bitmaps: [bitmap] }, options));

      assert.ok(worstOf[depth] >= nearness(part, crop(screen.pixels, area)).worst);
      assert.deepEqual([updates, colorAt(screen.pixels, 0, 0)], [[area], [0, 0, 0]]);
    });
  }
}

test("planar bitmaps of 32 bpp are painted exactly, and no further than their destination", () => {
  const { screen } = makeScreen();
  const photo = picture("photo", { width: 64, height: 64 });
  const bitmap = {
    destination: { x: 1, y: 2, width: 61, height: 64 },
    ...sizeOf(photo),
    bitsPerPixel: 32,
    packing: { is: "compressed" },
    data: encodePlanar(photo, { rows: "bottomUp" }),
  } as const;
  screen.receiveFastPath(fastPathGraphics({ is: "bitmaps", bitmaps: [bitmap] }, options));
  assert.equal(
    nearness(crop(photo, { x: 0, y: 0, width: 61, height: 64 }), crop(screen.pixels, bitmap.destination)).worst,
    0,
  );
  assert.deepEqual(colorAt(screen.pixels, 62, 10), [0, 0, 0]);
});

test("RemoteFX in surface commands is painted, and its frames are acknowledged", () => {
  const { screen, acknowledged } = makeScreen();
  const photo = picture("photo", size);
  const data = new RemoteFxEncoder({ entropy: "rlgr3" }).encodeFrame(photo, [whole]);
  const commands = fastPathSurfaceCommands(
    [
      { is: "frameMarker", action: "begin", frameId: 4 },
      { is: "streamSurfaceBits", destination: whole, bitmap: { bitsPerPixel: 32, codecId: 3, ...size, data } },
      { is: "frameMarker", action: "end", frameId: 4 },
    ],
    options,
  );
  const splitter = new MessageSplitter();
  splitter.push(commands);
  for (let next = splitter.take(); next !== undefined; next = splitter.take()) screen.receiveFastPath(next.bytes);
  assert.ok(35 < nearness(photo, screen.pixels).decibels);
  assert.deepEqual([acknowledged, screen.frames, [...screen.undecoded]], [[4], 1, []]);
});

test("a surface codec that was never named is counted, not an error", () => {
  const { screen } = makeScreen();
  const bitmap = { bitsPerPixel: 32, codecId: 77, ...size, data: new Uint8Array(4) };
  screen.receiveFastPath(fastPathSurfaceCommands([{ is: "setSurfaceBits", destination: whole, bitmap }], options));
  assert.deepEqual([...screen.undecoded], [["surface codec 77", 1]]);
});

test("every command of the graphics pipeline that is decoded ends on the desktop", () => {
  const { screen, updates } = makeScreen();
  const photo = picture("photo", size);
  const text = picture("text", size, 5);
  const expected = newPixels(size);

  apply(screen, setUp());
  apply(screen, [planar(photo, whole)]);
  copyPixelsInto(expected, photo);
  // Raw, in a part.
  const raw = { x: 10, y: 20, width: 33, height: 21 };
  const data = toDepth(crop(text, raw), 32, { rows: "topDown" });
  apply(screen, [{ ...planar(text, raw), codec: "uncompressed", data }]);
  copyPixelsInto(crop(expected, raw), crop(text, raw));
  // A fill of two parts.
  const filled = { x: 100, y: 50, width: 20, height: 10 };
  const color = { blue: 1, green: 2, red: 3, unused: 0 };
  apply(screen, [{ is: "solidFill", surfaceId: 7, color, rectangles: [filled, { ...filled, y: 80 }] }]);
  for (const y of [50, 80]) copyPixelsInto(crop(expected, { ...filled, y }), solid(filled, color));
  // A copy that overlaps itself.
  const source = { x: 0, y: 0, width: 60, height: 60 };
  apply(screen, [
    { is: "surfaceToSurface", sourceSurfaceId: 7, targetSurfaceId: 7, source, targets: [{ x: 20, y: 30 }] },
  ]);
  const moved = copied(crop(expected, source));
  copyPixelsInto(crop(expected, { ...source, x: 20, y: 30 }), moved);
  // Into the cache and back, over the edge.
  const kept = { x: 90, y: 40, width: 40, height: 30 };
  apply(screen, [
    { is: "surfaceToCache", surfaceId: 7, cacheKey: 1n, cacheSlot: 9, source: kept },
    { is: "cacheToSurface", cacheSlot: 9, surfaceId: 7, targets: [{ x: 180, y: 110 }] },
    { is: "evictCacheEntry", cacheSlot: 9 },
  ]);
  const part = copied(crop(expected, { ...kept, width: 20, height: 20 }));
  copyPixelsInto(crop(expected, { x: 180, y: 110, width: 20, height: 20 }), part);

  assert.equal(nearness(expected, screen.pixels).worst, 0);
  assert.ok(updates.length >= 6);
});

test("RemoteFX and progressive RemoteFX in surfaces come near what they show, and refinement comes nearer", () => {
  const photo = picture("photo", size);
  const plain = makeScreen().screen;
  const data = new RemoteFxEncoder({ entropy: "rlgr1" }).encodeFrame(photo, [whole]);
  apply(plain, setUp());
  apply(plain, [{ ...planar(photo, whole), codec: "remoteFx", data }]);
  assert.ok(35 < nearness(photo, plain.pixels).decibels);

  const encoder = new ProgressiveEncoder();
  const progressive = makeScreen().screen;
  const context = {
    is: "wireToSurface2",
    surfaceId: 7,
    codec: "progressive",
    contextId: 1,
    pixelFormat: "xrgb8888",
  } as const;
  apply(progressive, setUp());
  apply(progressive, [{ ...context, data: encoder.encodeFrame(photo, [whole], { quality: "coarse" }) }]);
  const coarse = nearness(photo, progressive.pixels).decibels;
  for (let more = encoder.refine(1000); more !== undefined; more = encoder.refine(1000)) {
    apply(progressive, [{ ...context, data: more }]);
  }
  const fine = nearness(photo, progressive.pixels).decibels;
  assert.ok(20 < coarse && coarse < fine && 35 < fine, `${coarse} dB, then ${fine} dB`);
});

test("a surface that is not shown changes nothing on the desktop until it is", () => {
  const { screen, updates } = makeScreen();
  const photo = picture("photo", size);
  apply(screen, setUp().slice(0, 2));
  apply(screen, [planar(photo, whole)]);
  assert.deepEqual([updates, colorAt(screen.pixels, 5, 5)], [[], [0, 0, 0]]);
  apply(screen, setUp().slice(2));
  assert.equal(nearness(photo, screen.pixels).worst, 0);
});

test("mutated graphics commands are malformed or painted, never an exception of another kind", () => {
  const random = randomFrom(31);
  const photo = picture("photo", size);
  const commands: readonly GraphicsCommand[] = [
    ...setUp(),
    planar(photo, { x: 3, y: 4, width: 40, height: 40 }),
    { is: "solidFill", surfaceId: 7, color: { blue: 1, green: 2, red: 3, unused: 0 }, rectangles: [whole] },
    { is: "surfaceToSurface", sourceSurfaceId: 7, targetSurfaceId: 7, source: whole, targets: [{ x: 9, y: 9 }] },
    { is: "surfaceToCache", surfaceId: 7, cacheKey: 1n, cacheSlot: 9, source: whole },
    { is: "cacheToSurface", cacheSlot: 9, surfaceId: 7, targets: [{ x: -5, y: 3 }] },
    { is: "deleteEncodingContext", surfaceId: 7, contextId: 1 },
  ];
  const bytes = commands.map((command) => encode(graphicsCommand, command));
  for (let round = 0; round < 150; round++) {
    const { screen } = makeScreen();
    for (const original of bytes) {
      const changed = Uint8Array.from(original);
      // Sizes of surfaces are left alone: large ones take long to make.
      const start = changed[0] === 0x0e || changed[0] === 0x09 ? 16 : 2;
      if (random() < 0.5) changed[start + Math.floor(random() * (changed.length - start))] = Math.floor(random() * 256);
      try {
        for (const command of decode(graphicsCommands, changed)) screen.applyGraphics(command);
        screen.presentGraphics();
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    }
  }
});

test("where pictures are ignored, what is drawn is told all the same", () => {
  const { screen, updates } = makeScreen({ decoded: false });
  const area = { x: 3, y: 4, width: 40, height: 40 };
  apply(screen, [...setUp(), planar(picture("photo", size), area)]);
  assert.deepEqual([updates, screen.pixels.data.length, screen.size], [[area], 0, size]);
});

function makeScreen({ decoded = true } = {}) {
  const updates: Rectangle[] = [];
  const acknowledged: number[] = [];
  const owner = {
    updated: (area: Rectangle) => void updates.push(area),
    pointerChanged: () => undefined,
    acknowledge: (frameId: number) => void acknowledged.push(frameId),
  };
  const screen = new ClientScreen(owner, { profile: clientProfiles["RemoteFX surface"], decoded });
  screen.activate(size);
  return { screen, updates, acknowledged };
}

function apply(screen: ClientScreen, commands: readonly GraphicsCommand[]): void {
  for (const command of commands) screen.applyGraphics(command);
  screen.presentGraphics();
}

function setUp(): readonly GraphicsCommand[] {
  return [
    { is: "resetGraphics", ...size, monitors: [{ ...whole, primary: true }] },
    { is: "createSurface", surfaceId: 7, ...size, pixelFormat: "xrgb8888" },
    { is: "mapSurfaceToOutput", surfaceId: 7, x: 0, y: 0 },
  ];
}

function planar(source: Pixels, destination: Rectangle): Extract<GraphicsCommand, { is: "wireToSurface1" }> {
  const data = encodePlanar(crop(source, destination), { rows: "topDown" });
  return { is: "wireToSurface1", surfaceId: 7, codec: "planar", pixelFormat: "xrgb8888", destination, data };
}

function copied(source: Pixels): Pixels {
  const copy = newPixels(source);
  copyPixelsInto(copy, source);
  return copy;
}

function solid({ width, height }: Rectangle, color: { blue: number; green: number; red: number }): Pixels {
  const pixels = newPixels({ width, height });
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data.set([color.blue, color.green, color.red, 0xff], at);
  return pixels;
}

function colorAt(pixels: Pixels, x: number, y: number): readonly number[] {
  const at = pixels.offset + y * pixels.stride + x * 4;
  return [...pixels.data.subarray(at, at + 3)];
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

/** How far a colour may be off. */
const worstOf: Readonly<Record<Exclude<PixelDepth, 32>, number>> = { 8: 40, 15: 8, 16: 8, 24: 0 };
