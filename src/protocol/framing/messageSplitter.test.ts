import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { fastPath, readFastPathHeader } from "./fastPath.ts";
import { MessageSplitter, type WireMessage } from "./messageSplitter.ts";
import { tpkt } from "./tpkt.ts";

const stream = [
  tpkt(hex("02 f0 80 28")),
  fastPath(hex("01 02 03"), { eventCount: 1 }),
  fastPath(new Uint8Array(300).fill(7)),
  tpkt(new Uint8Array(0)),
  tpkt(new Uint8Array(20_000).fill(9)),
];
const joined = Uint8Array.from(stream.flatMap((message) => [...message]));

test("a stream gives the same messages however it is cut", () => {
  for (const size of [1, 2, 3, 4, 5, 7, 64, 303, 1460, joined.length]) {
    const splitter = new MessageSplitter();
    const taken: WireMessage[] = [];
    for (let at = 0; at < joined.length; at += size) {
      splitter.push(joined.subarray(at, at + size));
      for (let message = splitter.take(); message !== undefined; message = splitter.take()) taken.push(message);
    }
    assert.deepEqual(
      taken.map(({ bytes }) => bytes),
      stream,
      `cut every ${size} bytes`,
    );
    assert.deepEqual(
      taken.map(({ is }) => is),
      ["tpkt", "fastPath", "fastPath", "tpkt", "tpkt"],
    );
    assert.deepEqual(taken[1]!.payload, hex("01 02 03"));
    assert.equal(splitter.bufferedBytes, 0);
  }
});

test("a whole message in one chunk is not copied", () => {
  const splitter = new MessageSplitter();
  splitter.push(joined);
  assert.equal(splitter.take()!.bytes.buffer, joined.buffer);
});

test("many tiny chunks take time in proportion to their bytes", () => {
  const splitter = new MessageSplitter();
  const message = tpkt(new Uint8Array(30_000));
  const start = performance.now();
  for (let repeat = 0; repeat < 10; repeat++) {
    for (let at = 0; at < message.length; at++) {
      splitter.push(message.subarray(at, at + 1));
      assert.equal(splitter.take() !== undefined, at === message.length - 1);
    }
  }
  assert.ok(performance.now() - start < 5000);
});

test("what is neither TPKT nor fast-path, or too long, or shorter than its header is refused", () => {
  assert.throws(() => take("16 03 01"), DecodeError);
  assert.throws(() => take("47 45 54 20"), DecodeError);
  assert.throws(() => take("03 00 80 00"), /at most 32767/u);
  assert.throws(() => take("03 00 00 03"), DecodeError);
  assert.throws(() => take("00 01"), DecodeError);
  assert.throws(() => take("00 80 02"), DecodeError);
  assert.equal(take("03 00 80 00", 0xffff), undefined);
  assert.equal(take("03 00"), undefined);
});

test("DER sequences and what is left are taken from the same stream", () => {
  const splitter = new MessageSplitter();
  splitter.push(hex("30 03 02"));
  assert.equal(splitter.takeDerSequence(), undefined);
  splitter.push(hex("01 06 30 82 00 02 05 00 aa"));
  assert.deepEqual(splitter.takeDerSequence(), hex("30 03 02 01 06"));
  assert.deepEqual(splitter.takeDerSequence(), hex("30 82 00 02 05 00"));
  assert.deepEqual(splitter.takeRest(), hex("aa"));
  splitter.push(hex("30 84 00 00 00 01"));
  assert.throws(() => splitter.takeDerSequence(), DecodeError);
});

test("fast-path headers carry count, security and either length form", () => {
  const short = fastPath(hex("aa"), { eventCount: 15, encrypted: true });
  assert.deepEqual(short, hex("bc 03 aa"));
  assert.deepEqual(readFastPathHeader(short), {
    eventCount: 15,
    saltedSignature: false,
    encrypted: true,
    headerBytes: 2,
  });
  const long = fastPath(new Uint8Array(126), { saltedSignature: true });
  assert.deepEqual(long.subarray(0, 3), hex("40 80 81"));
  assert.equal(readFastPathHeader(long).headerBytes, 3);
  assert.throws(() => readFastPathHeader(hex("00 04 00")), DecodeError);
  assert.throws(() => readFastPathHeader(hex("00 80")), DecodeError);
});

function take(bytes: string, atMost = 0x7fff): WireMessage | undefined {
  const splitter = new MessageSplitter({ atMost });
  splitter.push(hex(bytes));
  return splitter.take();
}
