import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { choice } from "./choice.ts";
import { decode, type Codec } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";
import { list, listToEnd, rest, sized, sizedBytes } from "./fields.ts";
import { u16le, u32le, u8 } from "./numbers.ts";
import { struct } from "./struct.ts";
import { utf16Sized } from "./text.ts";

const family = choice(
  "Family",
  "no specification",
  u16le,
  { 1: struct("FamilyOne", "no specification", { value: rest }) },
  { length: u32le, counts: "whole", atMost: 4 },
);

const limited: Readonly<
  Record<string, { readonly codec: Codec<unknown>; readonly allowed: string; readonly beyond: string }>
> = {
  "bytes with their length": {
    codec: sizedBytes(u32le, { atMost: 4 }),
    allowed: "04000000 01020304",
    beyond: "05000000 0102030405",
  },
  "a part with its length": {
    codec: sized(u32le, rest, { atMost: 4 }),
    allowed: "04000000 01020304",
    beyond: "05000000 0102030405",
  },
  "a part whose length counts a header": {
    codec: sized(u32le, rest, { atMost: 4, plus: 6 }),
    allowed: "0a000000 01020304",
    beyond: "0b000000 0102030405",
  },
  "a list with its count": {
    codec: list(u32le, u8, { atMost: 4 }),
    allowed: "04000000 01020304",
    beyond: "05000000 0102030405",
  },
  "a list to the end": { codec: listToEnd(u8, { atMost: 4 }), allowed: "01020304", beyond: "0102030405" },
  "text with its length": {
    codec: utf16Sized(u16le, { atMost: 4, terminated: true }),
    allowed: "0400 61006200 0000",
    beyond: "0600 610062006300 0000",
  },
  "a member of a family": {
    codec: family,
    allowed: "0100 0a000000 01020304",
    beyond: "0100 0b000000 0102030405",
  },
  "an unknown member of a family": {
    codec: family,
    allowed: "0900 0a000000 01020304",
    beyond: "0900 0b000000 0102030405",
  },
};

for (const [name, { codec, allowed, beyond }] of Object.entries(limited)) {
  test(`${name} is read up to its limit, and refused beyond, however much there is to read`, () => {
    decode(codec, hex(allowed));
    assert.throws(() => decode(codec, hex(beyond)), isOverLimit);
  });

  test(`${name} is refused when it ends early`, () => {
    const bytes = hex(allowed);
    for (let length = 0; length < bytes.length; length++) {
      // A list to the end ends wherever the message does.
      if (name === "a list to the end") continue;
      assert.throws(() => decode(codec, bytes.subarray(0, length)), DecodeError, `truncated to ${length} bytes`);
    }
  });
}

test("the largest length and count that can be written are refused before anything is reserved", () => {
  for (const [name, { codec }] of Object.entries(limited)) {
    if (name === "a list to the end") continue;
    const bytes = hex(name.includes("family") ? "0100 ffffffff" : "ffffffff");
    assert.throws(() => decode(codec, bytes), isOverLimit, name);
  }
});

function isOverLimit(error: unknown): boolean {
  assert.ok(error instanceof DecodeError, String(error));
  assert.equal(error.problem.is, "overLimit", error.message);
  return true;
}
