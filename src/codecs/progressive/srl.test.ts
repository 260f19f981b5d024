import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { randomFrom } from "../../../test/pictures.ts";
import { SrlReader, SrlWriter } from "./srl.ts";

test("SRL streams published with another implementation are read: magnitude 3, an unterminated −7, zeros over two bands", () => {
  assert.equal(new SrlReader(hex("84 00")).read(4), 3);
  assert.equal(new SrlReader(hex("a0 00 00")).read(3), -7);
  const reader = new SrlReader(hex("48 00"));
  assert.deepEqual([reader.read(4), reader.read(4), reader.read(4)], [0, 0, 1]);
});

test("The end of an SRL stream means zeros, however many", () => {
  const reader = new SrlReader(hex(""));
  for (let count = 0; count < 5000; count++) assert.equal(reader.read(3), 0);
});

test("SRL values of changing widths and densities come back", () => {
  const random = randomFrom(5);
  for (let round = 0; round < 200; round++) {
    const density = random();
    const values = Array.from({ length: 300 }, () => {
      const bits = 1 + Math.floor(random() * 6);
      const largest = (1 << bits) - 1;
      const value = random() < density * density ? Math.floor(random() * (2 * largest + 1)) - largest : 0;
      return { bits, value };
    });
    const bytes = new Uint8Array(16_384);
    const writer = new SrlWriter(bytes, 0);
    for (const { bits, value } of values) writer.write(value, bits);
    const reader = new SrlReader(bytes.subarray(0, writer.finish()));
    for (const { bits, value } of values) assert.equal(reader.read(bits), value);
  }
});
