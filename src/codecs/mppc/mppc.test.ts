import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { attack, seededRandom } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { MppcCompressor } from "./compressor.ts";
import { MppcDecompressor } from "./decompressor.ts";
import type { MppcType } from "./dialect.ts";
import { mppcOracle } from "./oracle.ts";

const bells = Uint8Array.from(Buffer.from("for.whom.the.bell.tolls,.the.bell.tolls.for.thee!"));
/** As FreeRDP publishes them in its tests. */
const packets = {
  rdp4: "666f722e77686f6d2e7468652e62656c6c2e746f6c6c732cf4372e66fa1f199484",
  rdp5: "666f722e77686f6d2e7468652e62656c6c2e746f6c6c732cfa1b97337e87e3329080",
} as const;

for (const type of ["rdp4", "rdp5"] as const) {
  test(`${type}: the bells toll as for FreeRDP`, () => {
    const flags = type === "rdp4" ? 0x60 : 0x61;
    assert.deepEqual(new MppcDecompressor().decompress(flags, hex(packets[type])), bells);
    const ours = new MppcCompressor(type).compress(bells);
    assert.equal(ours?.flags, flags | 0x80);
    assert.ok((ours?.bytes.length ?? Infinity) <= packets[type].length / 2);
    assert.deepEqual(new MppcDecompressor().decompress(flags, ours?.bytes ?? hex("")), bells);
  });

  test(`${type}: whatever is sent comes back, over many times the history, and what packs badly is left out`, () => {
    const random = seededRandom(7);
    const compressor = new MppcCompressor(type);
    const decompressor = new MppcDecompressor();
    let [compressed, left] = [0, 0];
    for (let round = 0; round < 400; round++) {
      const data = someData(round, random);
      const packet = compressor.compress(data, { gainMin: 2 });
      if (packet === undefined) left++;
      else {
        compressed++;
        assert.ok(packet.bytes.length <= data.length - 2);
        assert.deepEqual(decompressor.decompress(packet.flags, packet.bytes), data);
      }
      if (round % 90 === 89) compressor.restart();
    }
    assert.ok(100 < compressed && 20 < left, `${compressed} and ${left}`);
  });
}

test("what is longer than the history is not compressed, nor is what is shorter than a run", () => {
  for (const [type, length] of [
    ["rdp4", 8192],
    ["rdp5", 65_536],
    ["rdp5", 2],
  ] as const satisfies readonly (readonly [MppcType, number])[]) {
    assert.equal(new MppcCompressor(type).compress(new Uint8Array(length)), undefined);
  }
});

test("any packet whatever is decompressed or refused", () => {
  attack(mppcOracle, { seed: 3, count: 3000 });
});

function someData(round: number, random: () => number): Uint8Array {
  const length = 1 + Math.floor(random() ** 3 * 9000);
  if (round % 5 === 0) return Uint8Array.from({ length }, () => Math.floor(random() * 256));
  if (round % 5 === 1) return new Uint8Array(length).fill(Math.floor(random() * 256));
  const kind = sampleKinds[round % sampleKinds.length]!;
  return samplePicture(kind, { width: 40, height: 50 }).data.slice(0, length);
}
