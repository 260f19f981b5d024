import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { choice } from "./choice.ts";
import { decode, encode } from "./codec.ts";
import { constant, flags, list, optionalAtEnd } from "./fields.ts";
import { u16le, u32le, u8 } from "./numbers.ts";
import { struct } from "./struct.ts";

const small = struct("Small", "no specification", {
  type: constant(u8, 1),
  bits: flags(u8, { red: 1, green: 2 }),
  items: list(u8, u16le, { atMost: 3 }),
  late: optionalAtEnd(u32le),
});

vector(small, "own without the late field", "01 03 02 0500 0600", { bits: ["red", "green"], items: [5, 6] });
vector(
  small,
  "own with the late field",
  "01 00 00 07000000",
  { bits: [], items: [], late: 7 },
  { legalTruncations: [3] },
);

test("a decode error says where, what and which section", () => {
  assert.throws(() => decode(small, hex("01 00 02 0500 06")), {
    message: "Small.items › [1] at byte 5: needs 2 bytes, has 1 (no specification)",
  });
  assert.throws(() => decode(small, hex("01 00 04")), {
    message: "Small.items at byte 2: count is 4, at most 3 is allowed (no specification)",
  });
});

test("a choice steps over members it does not know and ignores appended fields", () => {
  const family = choice(
    "Family",
    "no specification",
    u16le,
    { 1: struct("One", "no specification", { value: u8 }) },
    {
      length: u16le,
      counts: "whole",
      atMost: 100,
    },
  );
  assert.deepEqual(decode(family, hex("0100 0600 09 ff")), { is: "one", value: 9 });
  assert.deepEqual(decode(family, hex("0700 0500 aa")), { is: "unknown", tag: 7, body: hex("aa") });
  assert.deepEqual(encode(family, { is: "one", value: 9 }), hex("0100 0500 09"));
});
