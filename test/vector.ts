import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../src/base/bytes/codec.ts";
import { DecodeError } from "../src/base/bytes/decodeError.ts";
import type { Struct } from "../src/base/bytes/struct.ts";
import { hex } from "./hex.ts";

/** Whose bytes: the specification's published example, a capture of another program, or only our own. */
export type Origin = `specification ${string}` | `capture ${string}` | `own ${string}`;

/**
 * Proves a struct by somebody else's bytes: decode, encode, size, every truncation refused, round trip.
 * `shorter`: lengths at which a truncation is a legal older form of the message; the truncations listed are not tried.
 */
export function vector<T>(
  declared: Struct<T>,
  origin: Origin,
  bytesHex: string,
  value: NoInfer<T>,
  options: { readonly legalTruncations?: readonly number[] } = {},
): void {
  test(`${declared.name}: ${origin} (${declared.spec})`, () => {
    const bytes = hex(bytesHex);
    assert.deepEqual(decode(declared, bytes), value);
    assert.deepEqual(encode(declared, value), bytes);
    assert.equal(declared.size(value), bytes.length);
    for (let length = 0; length < bytes.length; length++) {
      if (options.legalTruncations?.includes(length) === true) continue;
      assert.throws(() => decode(declared, bytes.subarray(0, length)), DecodeError, `truncated to ${length} bytes`);
    }
  });
}
