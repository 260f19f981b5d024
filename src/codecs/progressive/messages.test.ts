import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { quantizationPresets } from "../remotefx/quantization.ts";
import {
  progressiveContext,
  progressiveFrameBegin,
  progressiveFrameEnd,
  progressiveQuantization,
  progressiveRegion,
  progressiveStream,
  progressiveSync,
  progressiveTileFirst,
  progressiveTileSimple,
  progressiveTileUpgrade,
} from "./messages.ts";

const origin = "capture FreeRDP 2.11.7 progressive_compress_ex";
const planes = [
  hex("00 00 1f 13 ff c8 f8 00"),
  hex("00 00 1f 11 ff ff ff b1 f0 00"),
  hex("00 00 1f 13 ff ff fc 8f 80 00"),
];
const tile = { quantizationY: 0, quantizationCb: 0, quantizationCr: 0, column: 0, row: 0 };
const tileBytes = `00 00 00 00 00 00 00 00 08 00 0a 00 0a 00 00 00
  00 00 1f 13 ff c8 f8 00 00 00 1f 11 ff ff ff b1 f0 00 00 00 1f 13 ff ff fc 8f 80 00`;

vector(progressiveSync, origin, "ca ac cc ca 00 01", {});
vector(progressiveContext, origin, "00 40 00 00", { flags: [] });
vector(progressiveFrameBegin, origin, "00 00 00 00 01 00", { index: 0 });
vector(progressiveFrameEnd, origin, "", {});
vector(progressiveTileSimple, origin, tileBytes, { ...tile, flags: [], planes });
vector(
  progressiveRegion,
  origin,
  `40 01 00 01 00 00 01 00 32 00 00 00 00 00 00 00 40 00 40 00 66 66 77 88 98 c5 cc 32 00 00 00 ${tileBytes}`,
  {
    content: {
      isReduced: false,
      rectangles: [{ x: 0, y: 0, width: 64, height: 64 }],
      quantizations: [quantizationPresets.normal],
      qualities: [],
      tiles: [{ is: "progressiveTileSimple", ...tile, flags: [], planes }],
    },
  },
);
vector(
  progressiveQuantization,
  "own bytes, checked by FreeRDP's decoder in freeRdp.test.ts",
  "19 21 43 65 87 a9 00 00 00 00 00 11 11 11 11 11",
  {
    quality: 25,
    y: { ll3: 1, hl3: 2, lh3: 3, hh3: 4, hl2: 5, lh2: 6, hh2: 7, hl1: 8, lh1: 9, hh1: 10 },
    cb: { ll3: 0, hl3: 0, lh3: 0, hh3: 0, hl2: 0, lh2: 0, hh2: 0, hl1: 0, lh1: 0, hh1: 0 },
    cr: { ll3: 1, hl3: 1, lh3: 1, hh3: 1, hl2: 1, lh2: 1, hh2: 1, hl1: 1, lh1: 1, hh1: 1 },
  },
);
vector(
  progressiveTileFirst,
  "own bytes, checked by FreeRDP's decoder in freeRdp.test.ts",
  "00 00 00 03 00 07 00 01 40 01 00 02 00 01 00 00 00 0a 14 1e 28",
  { ...tile, column: 3, row: 7, flags: ["difference"], quality: 0x40, planes: [hex("0a"), hex("14 1e"), hex("28")] },
);
vector(
  progressiveTileUpgrade,
  "own bytes, checked by FreeRDP's decoder in freeRdp.test.ts",
  "00 00 00 01 00 02 00 ff 03 00 02 00 01 00 00 00 02 00 01 00 01 02 03 04 05 06 07 08 09",
  {
    ...tile,
    column: 1,
    row: 2,
    quality: 0xff,
    planes: [hex("01 02 03"), hex("04 05"), hex("06"), hex(""), hex("07 08"), hex("09")],
  },
);

test("A whole stream of FreeRDP's encoder is read and written back byte by byte", () => {
  const stream = hex(`c0 cc 0c 00 00 00 ca ac cc ca 00 01 c3 cc 0a 00 00 00 00 40 00 00
    c1 cc 0c 00 00 00 00 00 00 00 01 00 c4 cc 51 00 00 00 40 01 00 01 00 00 01 00 32 00 00 00 00 00 00 00 40 00 40 00
    66 66 77 88 98 c5 cc 32 00 00 00 ${tileBytes} c2 cc 06 00 00 00`);
  const blocks = decode(progressiveStream, stream);
  assert.equal(blocks.length, 5);
  assert.deepEqual(encode(progressiveStream, blocks), stream);
});
