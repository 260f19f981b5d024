import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "../../../base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import { channelChunk } from "./channelHeader.ts";
import { ChannelReassembler } from "./channelReassembler.ts";
import { splitChannelMessage } from "./channelSplitter.ts";

vector(channelChunk, "capture IronRDP test data, a header", "40 06 00 00 01 00 00 00", {
  length: 1600,
  flags: ["first"],
  data: hex(""),
});

test("a message of any length comes out of its chunks as it went in", () => {
  for (const length of [0, 1, 1599, 1600, 1601, 3200, 3201, 100_000]) {
    const message = Uint8Array.from({ length }, (_, index) => index * 7);
    const chunks = splitChannelMessage(message, { showProtocol: true });

    const reassembler = new ChannelReassembler();
    const results = chunks.map((chunk) => reassembler.receive(chunk));

    assert.deepEqual(results.at(-1), message);
    assert.ok(results.slice(0, -1).every((result) => result === undefined));
    assert.ok(chunks.every((chunk) => chunk.length <= 1608 && (chunk[4]! & 0x10) !== 0));
  }
});

test("a negotiated chunk size is kept", () => {
  assert.deepEqual(
    splitChannelMessage(new Uint8Array(20_000), { chunkBytes: 16_256 }).map((chunk) => chunk.length),
    [16_264, 3752],
  );
});

for (const [what, chunks] of Object.entries({
  "a compressed chunk": ["04000000 03002000 aabbccdd"],
  "a later chunk without a first": ["04000000 02000000 aabbccdd"],
  "a second first chunk": ["08000000 01000000 aabb", "08000000 01000000 aabb"],
  "more than was announced": ["03000000 01000000 aabb", "03000000 02000000 aabb"],
  "less than was announced": ["08000000 01000000 aabb", "08000000 02000000 aabb"],
  "a message over the limit": ["01000001 01000000 aabb"],
  "half a header": ["04000000 0300"],
})) {
  test(`${what} is refused, and the next message is taken again`, () => {
    const reassembler = new ChannelReassembler();
    assert.throws(() => chunks.forEach((chunk) => reassembler.receive(hex(chunk))), DecodeError);
    assert.deepEqual(reassembler.receive(hex("02000000 03000000 aabb")), hex("aabb"));
  });
}

test("endless empty chunks are refused", () => {
  const reassembler = new ChannelReassembler();
  reassembler.receive(hex("02000000 01000000"));
  assert.throws(() => {
    for (let count = 0; count < 70_000; count++) reassembler.receive(hex("02000000 00000000"));
  }, /chunks is 65537, at most 65536 is allowed/u);
});
