import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { decode, encode } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";
import {
  derElementLength,
  derInteger,
  derInteger32,
  derMember,
  derObjectIdentifier,
  derOctets,
  derOptionalMember,
  derSequence,
  derSequenceOf,
} from "./der.ts";

test("integers take the fewest bytes that keep their sign, and longer forms are read", () => {
  const forms = { "020100": 0, "02017f": 127, "02020080": 128, "02020100": 256, "020180": -128, "0202ff7f": -129 };
  for (const [bytes, value] of Object.entries(forms)) {
    assert.deepEqual([encode(derInteger, value), decode(derInteger, hex(bytes))], [hex(bytes), value]);
  }
  assert.equal(decode(derInteger, hex("0204 00000006")), 6);
  assert.equal(decode(derInteger32, hex("0205 00c000006d")), 0xc000_006d);
  assert.deepEqual(encode(derInteger32, 5), hex("0204 00000005"));
  assert.throws(() => decode(derInteger, hex("0205 01c000006d")), DecodeError);
  assert.throws(() => decode(derInteger, hex("0200")), DecodeError);
});

test("object identifiers are those of X.690 8.19.5 and of Microsoft", () => {
  assert.equal(decode(derObjectIdentifier, hex("0603 883703")), "2.999.3");
  assert.deepEqual(encode(derObjectIdentifier, "2.999.3"), hex("0603 883703"));
  assert.deepEqual(encode(derObjectIdentifier, "1.3.6.1.4.1.311.2.2.10"), hex("060a 2b06010401823702020a"));
  assert.throws(() => decode(derObjectIdentifier, hex("0602 2b86")), DecodeError, "half of an arc");
  assert.throws(() => decode(derObjectIdentifier, hex("0607 8fffffffffff7f")), DecodeError, "too large an arc");
});

test("lengths are as long as they need to be", () => {
  for (const [length, header] of [
    [127, "047f"],
    [128, "048180"],
    [256, "04820100"],
    [70_000, "0483011170"],
  ] as const) {
    const bytes = encode(derOctets, new Uint8Array(length));
    assert.deepEqual(bytes.subarray(0, header.length / 2), hex(header));
    assert.equal(decode(derOctets, bytes).length, length);
    assert.equal(derElementLength(bytes.subarray(0, 5), { tag: 4, atMost: 100_000 }), bytes.length);
  }
  assert.throws(() => decode(derOctets, hex("0480 0000")), DecodeError, "no definite length");
  assert.throws(() => decode(derOctets, hex("0484 ffffffff 00")), DecodeError, "more than there is");
});

test("a sequence leaves out absent members and ignores those of later versions", () => {
  const sequence = derSequence("Sequence", "no specification", {
    first: derMember(0, derInteger),
    second: derOptionalMember(1, derOctets),
    third: derOptionalMember(2, derSequenceOf(derInteger, { atMost: 2 })),
  });
  assert.deepEqual(encode(sequence, { first: 1 }), hex("3005 a003020101"));
  assert.deepEqual(decode(sequence, hex("300a a003020101 a503020107")), { first: 1 });
  assert.deepEqual(decode(sequence, hex("300f a003020101 a208 3006 020101 020102")), { first: 1, third: [1, 2] });
  assert.throws(() => decode(sequence, hex("3012 a003020101 a20b 3009 020101 020102 020103")), DecodeError);
  assert.throws(() => decode(sequence, hex("3006 a003020101 00 00")), DecodeError, "bytes behind");
});
