import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { shareOracles } from "./fuzzOracles.ts";
import { fastPathInput } from "./input/fastPathInput.ts";
import { fastPathGraphics, fastPathPointer, fastPathSurfaceCommands } from "./output/fastPathUpdate.ts";
import { sharePdu, type SharePdu } from "./shareHeaders.ts";

type Pdu = Extract<SharePdu["message"], { readonly is: "data" }>["pdu"];

const source = 0x03ea;
const shape = {
  cacheIndex: 1,
  hotspot: { x: 1, y: 1 },
  width: 2,
  height: 1,
  xorMask: new Uint8Array(6),
  andMask: new Uint8Array(2),
};
const data: readonly Pdu[] = [
  { is: "control", action: "cooperate", grantId: 0, controlId: 0 },
  { is: "input", events: [{ is: "pointerTo", at: { x: 1, y: 2 } }] },
  { is: "monitorLayout", monitors: [{ area: { x: 0, y: 0, width: 10, height: 10 }, primary: true }] },
  { is: "pointer", pointer: { is: "color", ...shape } },
  { is: "saveSessionInfo", info: { is: "extended", cookie: { logonId: 1, randomBits: new Uint8Array(16) } } },
  { is: "saveSessionInfo", info: { is: "logonLong", domain: "d", userName: "u", sessionId: 1 } },
  { is: "setErrorInfo", error: "idleTimeout" },
  { is: "refreshRectangle", areas: [{ x: 0, y: 0, width: 5, height: 5 }] },
];
const capabilities: SharePdu = {
  source,
  message: {
    is: "confirmActive",
    shareId: 1,
    capabilities: {
      from: "MSTSC",
      sets: [
        { is: "pointerCapability", color: true, colorCacheSize: 1, cacheSize: 2 },
        { is: "bitmapCacheRevision2Capability", cache: [], caches: [{ entries: 5, persistent: true }] },
        { is: "virtualChannelCapability", compression: [], chunkSize: 1600 },
        {
          is: "bitmapCodecsCapability",
          codecs: [
            {
              is: "remoteFx",
              id: 3,
              support: { from: "client", wholeFrames: true, modes: [{ mode: [], entropy: "rlgr3" }] },
            },
            { is: "nsCodec", id: 1, dynamicFidelity: true, subsampling: true, colorLossLevel: 3 },
          ],
        },
      ],
    },
  },
};
const redirection: SharePdu = {
  source,
  message: {
    is: "serverRedirection",
    redirection: { sessionId: 1, options: [], targetAddress: "a", targetAddresses: ["b", "c"] },
  },
};
const seeds: Readonly<Record<string, readonly Uint8Array[]>> = {
  sharePdus: [
    encode(sharePdu, capabilities),
    encode(sharePdu, redirection),
    ...data.map((pdu) => encode(sharePdu, { source, message: { is: "data", shareId: 1, stream: "low", pdu } })),
  ],
  channelMessage: [
    hex("0010 0000 12 00 0500 c008 0a000000 e8030000 14000000"),
    hex("0010 0000 08 00 0300 0200 0400 aabbccdd"),
    hex("0020 0000 0e 01 0200 0300 e8030000 00100000"),
    hex("0040 0000 00 0f 03 08"),
  ],
  fastPathInput: [
    fastPathInput([
      { is: "key", key: { scanCode: 30, extended: true, extended1: false }, down: true },
      { is: "pointerTo", at: { x: 5, y: 5 } },
      { is: "timestamp", milliseconds: 1 },
    ]),
  ],
  fastPathOutput: [
    fastPathPointer({ is: "new", bitsPerPixel: 24, ...shape }, { updateBytesMax: 0 }),
    fastPathSurfaceCommands([{ is: "frameMarker", action: "begin", frameId: 1 }], { updateBytesMax: 0 }),
    fastPathGraphics({ is: "bitmaps", bitmaps: [] }, { updateBytesMax: 0 }),
  ],
  orders: [
    hex("0300 0d0a7f 0f 0a001400 1d002700 0a0014001400140011 2233  15 01 f0 01010101 05  35 01 05"),
    hex("0200 03 0200 a204 05 40 4004 8123 aabbccdd  090d ff01 0200 0000 0000 4000 4000 cc 0000 0000 2301"),
    hex("0200 03 0600 0004 02 02 00 40 38 10 0400 2301 aabbccdd 09027f0a0014002c01c800cc0c002200"),
  ],
};

test("20,000 damaged messages are read or refused with a decode error, nothing else", () => {
  const random = generator(20261121);
  const names = Object.keys(shareOracles);
  for (let round = 0; round < 20_000; round++) {
    const name = names[round % names.length]!;
    const pool = seeds[name]!;
    tryOracle(name, damaged(pool[random(pool.length)]!, random));
  }
});

test("inputs that broke other implementations are read or refused", (t) => {
  const folder = new URL("../../../../shared/vectors/fuzz-regression/", import.meta.url);
  if (!existsSync(folder)) return t.diagnostic("the outside vectors are not here");
  for (const file of readdirSync(folder)) {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    for (const name of Object.keys(shareOracles)) tryOracle(name, bytes);
  }
});

function tryOracle(name: string, bytes: Uint8Array): void {
  try {
    shareOracles[name]!(bytes);
  } catch (error) {
    const text = Buffer.from(bytes).toString("hex");
    assert.ok(error instanceof DecodeError, `${name} of ${text}: ${error instanceof Error ? error.stack : error}`);
  }
}

/** A copy with some bytes changed, cut off or added. */
function damaged(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  const longer = random(4) === 0 ? random(8) : 0;
  const bytes = new Uint8Array(seed.length + longer);
  bytes.set(seed);
  const changes = 1 + random(6);
  for (let index = 0; index < changes; index++) {
    const interesting = [0, 1, 0x7f, 0x80, 0xff, random(256)];
    bytes[random(bytes.length)] = interesting[random(interesting.length)]!;
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
