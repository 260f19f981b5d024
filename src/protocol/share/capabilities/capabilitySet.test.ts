import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { bitmapCapability } from "./bitmap.ts";
import {
  bitmapCacheCapability,
  bitmapCacheHostSupportCapability,
  bitmapCacheRevision2Capability,
  bitmapCacheRevision3Capability,
} from "./bitmapCache.ts";
import { capabilitySet, findCapability } from "./capabilitySet.ts";
import { soundCapability, virtualChannelCapability } from "./channels.ts";
import {
  brushCapability,
  drawGdiPlusCapability,
  drawNineGridCacheCapability,
  glyphCacheCapability,
  offscreenCacheCapability,
} from "./drawingCaches.ts";
import { generalCapability } from "./general.ts";
import { inputCapability } from "./input.ts";
import {
  colorTableCacheCapability,
  controlCapability,
  fontCapability,
  shareCapability,
  windowActivationCapability,
} from "./legacy.ts";
import { orderCapability, type OrderCapability } from "./order.ts";
import { largePointerCapability, pointerCapability } from "./pointer.ts";
import { frameAcknowledgeCapability, multifragmentUpdateCapability, surfaceCommandsCapability } from "./surfaces.ts";
import { desktopCompositionCapability, railCapability, windowListCapability } from "./windows.ts";

const server = "capture a Windows server, as IronRDP publishes it";
const client = "capture a Windows client, as IronRDP publishes it";
const shadow = "capture freerdp-shadow 2.11";
const xfreerdp = "capture xfreerdp 2.11";
const order: OrderCapability = {
  order: ["negotiate", "zeroBoundsDeltas", "colorIndex"],
  support: [
    "dstBlt",
    "patBlt",
    "scrBlt",
    "memBlt",
    "mem3Blt",
    "drawNineGrid",
    "lineTo",
    "multiDrawNineGrid",
    "saveBitmap",
    "multiDstBlt",
    "multiPatBlt",
    "multiScrBlt",
    "multiOpaqueRect",
    "fastIndex",
    "polygonSc",
    "polygonCb",
    "polyline",
    "fastGlyph",
    "ellipseSc",
    "ellipseCb",
  ],
  extra: [],
  desktopSaveSize: 230400,
  textAnsiCodePage: 0,
};
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

vector(
  generalCapability,
  server,
  "0100 0300 0002 0000 0000 1d04 0000 0000 0000 01 01",
  {
    platform: "windows",
    platformDetail: "windowsNt",
    extra: ["fastPathOutput", "longCredentials", "autoReconnect", "saltedChecksum", "noBitmapCompressionHeader"],
    refreshRectangle: true,
    suppressOutput: true,
  },
  { legalTruncations: [18, 19] },
);
vector(
  bitmapCapability,
  client,
  "1800 0100 0100 0100 0005 0004 0000 0100 0100 00 00 0100 0000",
  { preferredBitsPerPixel: 24, desktopWidth: 1280, desktopHeight: 1024, desktopResize: true, drawing: [] },
  { legalTruncations: [22, 23] },
);
vector(
  orderCapability,
  client,
  `00000000000000000000000000000000 00000000 0100 1400 0000 0100 0000 2a00
   01010101010000010101000100000001010101010101010001010100 00000000 0000 0000 00000000 00840300 0000 0000 0000 0000`,
  order,
  { legalTruncations: upTo(76, 84).filter((length) => length !== 81) },
);
vector(
  bitmapCacheCapability,
  client,
  "000000000000000000000000000000000000000000000000 7800 0004 7800 0010 5101 0040",
  {
    caches: [
      { entries: 120, cellSize: 1024 },
      { entries: 120, cellSize: 4096 },
      { entries: 337, cellSize: 16384 },
    ],
  },
);
vector(
  bitmapCacheRevision2Capability,
  client,
  "0300 00 03 78000000 78000000 fb090080 00000000 00000000 000000000000000000000000",
  {
    cache: ["persistentKeysExpected", "allowWaitingList"],
    caches: [
      { entries: 120, persistent: false },
      { entries: 120, persistent: false },
      { entries: 2555, persistent: true },
    ],
  },
  { legalTruncations: upTo(24, 36) },
);
vector(bitmapCacheRevision3Capability, "capture xrdp 0.9.21", "00", { codecId: 0 });
vector(bitmapCacheHostSupportCapability, server, "01 000000", {}, { legalTruncations: [1, 2, 3] });
vector(controlCapability, client, "0000 0000 0200 0200", {});
vector(windowActivationCapability, client, "0000000000000000", {});
vector(shareCapability, shadow, "ea03 0000", { node: 1002 }, { legalTruncations: [2, 3] });
vector(fontCapability, client, "0100 0000", { support: ["fontList"] }, { legalTruncations: [0, 2, 3] });
vector(colorTableCacheCapability, client, "0600 0000", { entries: 6 }, { legalTruncations: [2, 3] });
vector(
  pointerCapability,
  client,
  "0100 1400 1500",
  { color: true, colorCacheSize: 20, cacheSize: 21 },
  { legalTruncations: [4] },
);
vector(largePointerCapability, xfreerdp, "0300", { support: ["upTo96", "upTo384"] });
vector(
  inputCapability,
  client,
  `1500 0000 09040000 04000000 00000000 0c000000 ${"00".repeat(64)}`,
  {
    input: ["scanCodes", "extendedMouse", "unicode"],
    keyboardLayout: 0x0409,
    keyboardType: 4,
    keyboardSubtype: 0,
    functionKeys: 12,
    imeFileName: "",
  },
  { legalTruncations: [2, 3, 4, 8, 12, 16, 20] },
);
vector(brushCapability, client, "01000000", { support: "color8x8" });
vector(
  glyphCacheCapability,
  client,
  `fe000400 fe000400 fe000800 fe000800 fe001000 fe002000 fe004000 fe008000 fe000001 40000008 00010001 0300 0000`,
  {
    caches: [
      ...[4, 4, 8, 8, 16, 32, 64, 128, 256].map((cellSize) => ({ entries: 254, cellSize })),
      { entries: 64, cellSize: 2048 },
    ],
    fragments: { entries: 256, cellSize: 256 },
    support: "encode",
  },
  { legalTruncations: [46, 47] },
);
vector(offscreenCacheCapability, client, "01000000 001e 6400", { supported: true, size: 7680, entries: 100 });
vector(drawNineGridCacheCapability, client, "02000000 000a 0001", { support: "second", size: 2560, entries: 256 });
vector(drawGdiPlusCapability, client, "00".repeat(36), {
  support: "none",
  version: 0,
  cache: "none",
  entries: [0, 0, 0, 0, 0],
  chunkSizes: [0, 0, 0, 0],
  imageCache: [0, 0, 0],
});
vector(
  virtualChannelCapability,
  client,
  "01000000 40060000",
  { compression: ["toClient"], chunkSize: 1600 },
  { legalTruncations: [4] },
);
vector(soundCapability, client, "0100 0000", { sound: ["beeps"] }, { legalTruncations: [2, 3] });
vector(railCapability, server, "00000000", { support: [] });
vector(windowListCapability, client, "01000000 03 0c00", { support: "supported", iconCaches: 3, iconCacheEntries: 12 });
vector(desktopCompositionCapability, shadow, "0100", { support: "supported" });
vector(multifragmentUpdateCapability, xfreerdp, "00c02000", { requestSizeMax: 2146304 });
vector(
  surfaceCommandsCapability,
  xfreerdp,
  "52000000 00000000",
  { commands: ["setSurfaceBits", "frameMarker", "streamSurfaceBits"] },
  { legalTruncations: upTo(4, 8) },
);
vector(frameAcknowledgeCapability, xfreerdp, "02000000", { framesInFlightMax: 2 });

test("a capability set of a later version is kept as it came", () => {
  const bytes = hex("3000 0600 aabb");

  const set = decode(capabilitySet, bytes);

  assert.deepEqual(set, { is: "unknown", tag: 0x30, body: hex("aabb") });
  assert.deepEqual(encode(capabilitySet, set), bytes);
});

test("sets of older clients may end early", () => {
  assert.deepEqual(decode(capabilitySet, hex("0800 0800 0100 1400")), {
    is: "pointerCapability",
    color: true,
    colorCacheSize: 20,
    cacheSize: 0,
  });
  assert.deepEqual(decode(capabilitySet, hex("1400 0800 01000000")), {
    is: "virtualChannelCapability",
    compression: ["toClient"],
    chunkSize: 1600,
  });
  assert.deepEqual(decode(capabilitySet, hex("0e00 0400")), { is: "fontCapability", support: [] });
});

test("a set that says it is shorter than its own header is malformed", () => {
  assert.throws(() => decode(capabilitySet, hex("0800 0300 0100")), DecodeError);
});

test("a capability is found by its name", () => {
  const sets: ValueOf<typeof capabilitySet>[] = [
    { is: "brushCapability", support: "solid" },
    { is: "largePointerCapability", support: ["upTo96"] },
  ];
  assert.deepEqual(findCapability(sets, "largePointerCapability")?.support, ["upTo96"]);
  assert.equal(findCapability(sets, "railCapability"), undefined);
});
