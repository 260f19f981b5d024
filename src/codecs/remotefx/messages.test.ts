import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { newPixels } from "#base/pixels.ts";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import {
  remoteFxChannel,
  remoteFxChannels,
  remoteFxCodecVersions,
  remoteFxContext,
  remoteFxFrameBegin,
  remoteFxFrameEnd,
  remoteFxRectangle,
  remoteFxRegion,
  remoteFxStream,
  remoteFxSync,
  remoteFxTileSet,
  type RemoteFxBlock,
} from "./messages.ts";
import { quantizationPresets } from "./quantization.ts";
import { RemoteFxEncoder } from "./remoteFxEncoder.ts";

vector(remoteFxSync, "specification MS-RDPRFX 4.2.2", "ca ac cc ca 00 01", {});
vector(remoteFxCodecVersions, "specification MS-RDPRFX 4.2.2", "01 01 00 01", {});
vector(remoteFxChannel, "specification MS-RDPRFX 4.2.2", "00 40 00 40 00", { channelId: 0, width: 64, height: 64 });
vector(remoteFxChannels, "specification MS-RDPRFX 4.2.2", "01 00 40 00 40 00", {
  channels: [{ channelId: 0, width: 64, height: 64 }],
});
vector(remoteFxContext, "capture RemoteFX recording of the FreeRDP sample server", "01 ff 00 40 00 28 28", {
  properties: { mode: "video", entropy: "rlgr3" },
});
vector(remoteFxFrameBegin, "specification MS-RDPRFX 4.2.3", "01 00 00 00 00 00 01 00", { index: 0 });
vector(remoteFxFrameEnd, "specification MS-RDPRFX 4.2.3", "01 00", {});
vector(remoteFxRectangle, "specification MS-RDPRFX 4.2.3", "00 00 00 00 40 00 40 00", {
  x: 0,
  y: 0,
  width: 64,
  height: 64,
});
vector(
  remoteFxRegion,
  "capture RemoteFX recording of the FreeRDP sample server",
  "01 00 01 01 00 00 00 00 00 10 00 01 00 c1 ca 01 00",
  { rectangles: [{ x: 0, y: 0, width: 16, height: 1 }] },
);
vector(
  remoteFxTileSet,
  "capture RemoteFX recording of the FreeRDP sample server",
  `01 00 c2 ca 00 00 51 50 01 40 01 00 2c 00 00 00 66 66 77 88 98 c3 ca 2c 00 00 00 00 00 00 00 00 00 00 0f 00 05 00
   05 00 00 00 1f 13 ff ff ff ff ff ff ff fd 8f e0 00 00 00 08 09 00 00 00 08 09 00`,
  {
    properties: { mode: "video", entropy: "rlgr3" },
    content: {
      quantizations: [quantizationPresets.normal],
      tiles: [
        {
          quantizationY: 0,
          quantizationCb: 0,
          quantizationCr: 0,
          column: 0,
          row: 0,
          y: hex("00 00 1f 13 ff ff ff ff ff ff ff fd 8f e0 00"),
          cb: hex("00 00 08 09 00"),
          cr: hex("00 00 08 09 00"),
        },
      ],
    },
  },
);

test("The context of specification MS-RDPRFX 4.2.2, with its reserved bit set, says video mode and RLGR3", () => {
  const context = decode(remoteFxContext, hex("01 ff 00 40 00 28 a8"));
  assert.deepEqual(context, { properties: { mode: "video", entropy: "rlgr3" } });
});

test("A recorded stream of another server is read whole and written back byte by byte", () => {
  const blocks = decode(remoteFxStream, hex(recordedFrame));
  assert.deepEqual(
    blocks.map((block: RemoteFxBlock) => block.is),
    [
      "remoteFxSync",
      "remoteFxContext",
      "remoteFxCodecVersions",
      "remoteFxChannels",
      "remoteFxFrameBegin",
      "remoteFxRegion",
      "remoteFxTileSet",
      "remoteFxFrameEnd",
    ],
  );
  assert.deepEqual(encode(remoteFxStream, blocks), hex(recordedFrame));
});

test("A black picture is encoded into the same bytes as another server recorded", () => {
  const encoder = new RemoteFxEncoder({ entropy: "rlgr3", quality: "normal", mode: "video" });
  const screen = newPixels({ width: 1024, height: 768 });
  assert.deepEqual(encoder.encodeFrame(screen, [{ x: 0, y: 0, width: 16, height: 1 }]), hex(recordedFrame));
});

const recordedFrame = `c0 cc 0c 00 00 00 ca ac cc ca 00 01 c3 cc 0d 00 00 00 01 ff 00 40 00 28 28 c1 cc 0a 00 00 00 01 01 00 01
c2 cc 0c 00 00 00 01 00 00 04 00 03 c4 cc 0e 00 00 00 01 00 00 00 00 00 01 00
c6 cc 17 00 00 00 01 00 01 01 00 00 00 00 00 10 00 01 00 c1 ca 01 00 c7 cc 47 00 00 00 01 00 c2 ca 00 00 51 50 01 40
01 00 2c 00 00 00 66 66 77 88 98 c3 ca 2c 00 00 00 00 00 00 00 00 00 00 0f 00 05 00 05 00
00 00 1f 13 ff ff ff ff ff ff ff fd 8f e0 00 00 00 08 09 00 00 00 08 09 00 c5 cc 08 00 00 00 01 00`;
