import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { channelOracles, type Oracle } from "./channelOracles.ts";
import { describeChannel, dynamicChannels, staticChannels } from "./channelNames.ts";

const seeds: Readonly<Record<string, readonly string[]>> = {
  channelChunks: ["0c 04000000 03000000 aabbccdd", "0a 04000000 01000000 aabb 0a 04000000 02000000 ccdd"],
  clientDynamicMessage: ["50000200", "100300000000", "24037b0c7171", "300371", "4003", "90000100000001000000"],
  serverDynamicMessage: [
    "58000200333311113d0aa704",
    "10037465737464766300",
    "24037b0c7171",
    "8000120000000300010001000000010003030000",
  ],
  acceptDynamicChannels: ["05 20010471 71 04 30017171 03 300171 02 4001"],
  connectDynamicChannels: ["0c 50000200333311113d0aa704 04 10016100 05 2001047171 04 30017171 02 4001"],
  graphicsCommands: [
    "0b00000010000000f7e89b0505000000 040000001800000000000000000001000000000040004000 0c0000000c00000001000000",
    "12000000160000000100000001070a00040000002000000",
    `0e000000540100000004000000030000010000000000000000000000ff030000ff02000001000000${"00".repeat(300)}`,
    "0100000019000000000008002000000000400040000000000011000000100000000300020003000400",
    "1000000022000000020001000000000000000010000002000000000000800040000006000000 1c000000",
  ].map((text) => (text.replaceAll(" ", "").length % 2 === 0 ? text : `${text}0`)),
  displayControl: [
    `02000000 38000000 28000000 01000000
     01000000 00000000 00000000 80070000 38040000 e8030000 f4010000 b4000000 96000000 8c000000`,
    "05000000 14000000 03000000 80070000 38040000",
  ],
};

for (const [name, oracle] of Object.entries(channelOracles)) {
  test(`${name} answers twenty thousand broken inputs with DecodeError and nothing else`, () => {
    const random = randomFrom(name.length);
    const inputs = seeds[name]!.map(hex);
    for (let count = 0; count < 20_000; count++) tryMutation(oracle, inputs[count % inputs.length]!, random);
  });
}

test("each oracle has seeds", () => {
  assert.deepEqual(Object.keys(seeds).sort(), Object.keys(channelOracles).sort());
});

test("channels are known by name, static ones without regard to case", () => {
  assert.equal(describeChannel("static", "CLIPRDR")?.specification, "MS-RDPECLIP");
  assert.equal(describeChannel("dynamic", "Microsoft::Windows::RDS::Graphics")?.specification, "MS-RDPEGFX");
  assert.equal(describeChannel("dynamic", "cliprdr"), undefined);
  assert.ok(staticChannels.every((channel) => channel.name.length <= 7));
  const names = [...staticChannels, ...dynamicChannels].map((channel) => channel.name);
  assert.equal(new Set(names).size, names.length);
});

function tryMutation(oracle: Oracle, seed: Uint8Array, random: (below: number) => number): void {
  const input = seed.slice(0, random(4) === 0 ? random(seed.length + 1) : seed.length);
  for (let count = random(4); 0 < count && 0 < input.length; count--) {
    input[random(input.length)] = random(3) === 0 ? 0xff : random(256);
  }
  try {
    oracle(input);
  } catch (error) {
    throw new Error(`broken by ${Buffer.from(input).toString("hex")}`, { cause: error });
  }
}

/** Xorshift: the same numbers on every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = (seed * 0x9e37_79b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
