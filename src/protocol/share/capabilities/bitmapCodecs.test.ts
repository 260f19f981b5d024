import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { bitmapCodecsCapability, nsCodecProperties } from "./bitmapCodecs.ts";
import { remoteFxClientProperties, remoteFxMode } from "./remoteFx.ts";

const remoteFxGuid = "122f7776 72bd 6344 afb3 b73c9c6f7886";
const nsCodecGuid = "b91b8dca 0f00 4f15 589f ae2d1a87e2d6";
const container = `31000000 01000000 25000000 c0cb 08000000 0100 c1cb 1d000000 01 c0cf 0200 0800
   0001 4000 00 01 01 01  0001 4000 00 01 01 04`;

vector(remoteFxMode, "capture xfreerdp 2.11", "0001 4000 00 01 01 04", { mode: [], entropy: "rlgr3" });
vector(remoteFxClientProperties, "capture xfreerdp 2.11", container, {
  container: {
    capture: ["wholeFrames"],
    capabilities: {
      set: {
        modes: [
          { mode: [], entropy: "rlgr1" },
          { mode: [], entropy: "rlgr3" },
        ],
      },
    },
  },
});
vector(nsCodecProperties, "capture a Windows client, as IronRDP publishes it", "01 01 03", {
  dynamicFidelity: true,
  subsampling: true,
  colorLossLevel: 3,
});
vector(bitmapCodecsCapability, "capture xfreerdp 2.11", `01 ${remoteFxGuid} 03 3100 ${container}`, {
  codecs: [
    {
      is: "remoteFx",
      id: 3,
      support: {
        from: "client",
        wholeFrames: true,
        modes: [
          { mode: [], entropy: "rlgr1" },
          { mode: [], entropy: "rlgr3" },
        ],
      },
    },
  ],
});

test("a server's codecs are read: four reserved bytes for each", () => {
  const bytes = hex(`02 ${remoteFxGuid} 00 0400 00000000 ${nsCodecGuid} 00 0400 00000000`);

  assert.deepEqual(decode(bitmapCodecsCapability, bytes), {
    codecs: [
      { is: "remoteFx", id: 0, support: { from: "server" } },
      { is: "nsCodec", id: 0, dynamicFidelity: false, subsampling: false, colorLossLevel: 0 },
    ],
  });
});

test("codecs that nobody knows come back as they were, and the placeholder has no properties", () => {
  const bytes = hex(`02 00112233445566778899aabbccddeeff 07 0200 abcd  a651439c 3535 ae42 910c cdfce5760b58 00 0000`);

  const value = decode(bitmapCodecsCapability, bytes);

  assert.deepEqual(value, {
    codecs: [
      { is: "unknown", id: 7, guid: "00112233445566778899aabbccddeeff", properties: hex("abcd") },
      { is: "ignore", id: 0 },
    ],
  });
  assert.deepEqual(encode(bitmapCodecsCapability, value), bytes);
});
