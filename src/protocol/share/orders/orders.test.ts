import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { randomFrom } from "../../../../test/pictures.ts";
import { vector } from "../../../../test/vector.ts";
import { orderUpdates, OrderReader, OrderWriter, type DrawingOrder } from "./orders.ts";
import type { PrimaryOrder } from "./primaryOrder.ts";
import { secondaryOrder } from "./secondaryOrder.ts";

const bitmap = { cacheId: 2, cacheIndex: 0x0123, compressed: true, data: hex("aabbccdd") };

vector(secondaryOrder, "own first revision", "0600 0004 02 02 00 40 38 10 0400 2301 aabbccdd", {
  is: "cacheBitmap1",
  ...bitmap,
  width: 64,
  height: 56,
  bitsPerPixel: 16,
});
vector(secondaryOrder, "own second revision, as rdesktop reads it", "0200 a204 05 40 4004 8123 aabbccdd", {
  is: "cacheBitmap2",
  ...bitmap,
  width: 64,
  height: 64,
  bitsPerPixel: 16,
});
vector(
  secondaryOrder,
  "own second revision with a key, raw and not square",
  "0b00 3205 04 0807060504030201 8100 38 4004 05 aabbccdd",
  {
    is: "cacheBitmap2",
    ...bitmap,
    cacheIndex: 5,
    compressed: false,
    width: 256,
    height: 56,
    bitsPerPixel: 32,
    key: 0x0102030405060708n,
  },
);
vector(
  secondaryOrder,
  "own third revision",
  "1300 3100 08 0500 0807060504030201 20 0000 01 4000 3800 04000000 aabbccdd",
  {
    is: "cacheBitmap3",
    cacheId: 1,
    cacheIndex: 5,
    bitsPerPixel: 32,
    key: 0x0102030405060708n,
    codecId: 1,
    width: 64,
    height: 56,
    data: hex("aabbccdd"),
  },
);
vector(secondaryOrder, "own colour table", `fc03 0000 01 03 0001 ${"ff800000".repeat(256)}`, {
  is: "cacheColorTable",
  cacheIndex: 3,
  colors: hex("ff800000".repeat(256)),
});

test("the first order of a kind says all of it, the next what differs, in one byte a coordinate where it can", () => {
  const writer = new OrderWriter();
  const said = [copy(10, 20), copy(10, 33), copy(10, 33), fill(10, 700), copy(10, 34), copy(10, 700)];

  assert.deepEqual(
    said.map((order) => Buffer.from(writer.write(order)).toString("hex")),
    ["09027f0a0014002c01c800cc0c002200", "11020d", "51", "090a7f0a00bc022c01c800112233", "19020201", "0102bc02"],
  );
});

test("a bitmap whose length has a header in front of its data is read without it", () => {
  const order = decode(secondaryOrder, hex("0900 a200 05 40 400c 05 0000000000000000 aabbccdd"));
  assert.deepEqual(order, {
    is: "cacheBitmap2",
    ...bitmap,
    cacheIndex: 5,
    width: 64,
    height: 64,
    bitsPerPixel: 16,
  });
});

test("an order that is shorter than its length can say is filled up", () => {
  const order = { is: "cacheBitmap2", ...bitmap, width: 4, height: 4, bitsPerPixel: 16, data: hex("aa") } as const;
  const bytes = encode(secondaryOrder, { ...order, cacheIndex: 1 });
  assert.deepEqual(bytes, hex("0000 a204 05 04 4001 01 aa 0000"));
  assert.deepEqual(decode(secondaryOrder, bytes), { ...order, cacheIndex: 1 });
});

test("what was written is read again, in however many updates", () => {
  const random = randomFrom(11);
  const below = (limit: number): number => Math.floor(random() * limit);
  const near = (limit: number): number => (below(3) === 0 ? below(limit) : below(100));
  const orders = Array.from({ length: 400 }, (): DrawingOrder => {
    const target = { x: near(8192), y: near(8192), width: near(8192), height: near(8192) };
    const source = { x: near(8192), y: near(8192) };
    switch (below(4)) {
      case 0:
        return { is: "scrBlt", target, operation: below(9) === 0 ? { unknown: below(200) } : "copy", source };
      case 1:
        return { is: "opaqueRect", target, color: [below(256), below(2), below(256)] };
      case 2: {
        const place = { cacheId: below(5), colorTable: below(6), cacheIndex: below(0x8000) };
        return { is: "memBlt", ...place, target, operation: "copy", source };
      }
      default: {
        const size = { width: 1 + near(8192), height: 1 + near(8192), data: new Uint8Array(below(20_000)) };
        return { is: "cacheBitmap2", ...bitmap, cacheIndex: below(0x8000), ...size, bitsPerPixel: 24 };
      }
    }
  });
  const writer = new OrderWriter();
  const reader = new OrderReader();

  const updates = orderUpdates(
    orders.map((order) => writer.write(order)),
    16_000,
  );

  assert.ok(updates.every((update) => update.length <= 20_100));
  assert.deepEqual(
    updates.flatMap((update) => reader.read(update)).map((order) => (order.is === "primary" ? order.order : order)),
    orders,
  );
});

test("bounds come whole, as differences, or as they were", () => {
  const reader = new OrderReader();
  const said = "0300 0d0a7f 0f 0a001400 1d002700 0a0014001400140011 2233  15 01 f0 01010101 05  35 01 05";

  const bounds = reader.read(hex(said)).map((order) => (order.is === "primary" ? order.bounds : undefined));

  assert.deepEqual(bounds, [
    { x: 10, y: 20, width: 20, height: 20 },
    { x: 11, y: 21, width: 20, height: 20 },
    { x: 11, y: 21, width: 20, height: 20 },
  ]);
});

test("what no client can step over is refused", () => {
  for (const body of ["0100 09 0e 7f", "0100 02", "0100 01 01", "0200 09 02 00", "0100 03 0000 a204 00", "0100"]) {
    assert.throws(() => new OrderReader().read(hex(body)), DecodeError, body);
  }
});

function copy(x: number, y: number): PrimaryOrder {
  return { is: "scrBlt", target: { x, y, width: 300, height: 200 }, operation: "copy", source: { x: 12, y: 34 } };
}

function fill(x: number, y: number): PrimaryOrder {
  return { is: "opaqueRect", target: { x, y, width: 300, height: 200 }, color: [0x11, 0x22, 0x33] };
}
