import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../test/hex.ts";
import { attack, seededRandom } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { ZgfxCompressor } from "./compressor.ts";
import { ZgfxDecompressor } from "./decompressor.ts";
import { zgfxOracle } from "./oracle.ts";

const vectors = new URL("../../../../shared/vectors/zgfx/", import.meta.url);

test("the specification's repeated ABC decompresses: MS-RDPEGFX 4.2.1.1.3", () => {
  const bytes = hex("E0 24 20 90 88 71 1F B2 01");

  const message = new ZgfxDecompressor().decompress(bytes);

  assert.equal(String.fromCharCode(...message), "ABC".repeat(20));
});

test("the specification's repeated ABC compresses to two bytes more than its example at most", () => {
  const message = Uint8Array.from("ABC".repeat(20), (letter) => letter.charCodeAt(0));

  const bytes = new ZgfxCompressor().compress(message);

  assert.ok(bytes.length <= 9 + 2, `${bytes.length} bytes`);
});

test("messages that IronRDP has compressed decompress", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  const decompressor = new ZgfxDecompressor();
  for (let index = 0; index < 5; index++) {
    const read = (kind: string): Uint8Array => readFileSync(new URL(`${kind}.${index}.bin`, vectors));

    const message = decompressor.decompress(read("encoded"));

    assert.deepEqual(Buffer.from(message), read("decoded"), `pair ${index}`);
  }
});

test("messages compress to less than IronRDP has made of them", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  const compressor = new ZgfxCompressor();
  let [theirs, ours] = [0, 0];
  for (let index = 0; index < 5; index++) {
    theirs += readFileSync(new URL(`encoded.${index}.bin`, vectors)).length;
    ours += compressor.compress(readFileSync(new URL(`decoded.${index}.bin`, vectors))).length;
  }
  t.diagnostic(`theirs ${theirs} bytes, ours ${ours}`);
  assert.ok(ours <= theirs, `theirs ${theirs} bytes, ours ${ours}`);
});

test("a sequence of messages passes through both ends, whatever is in it", () => {
  const compressor = new ZgfxCompressor();
  const decompressor = new ZgfxDecompressor();
  const runs = fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 400 })), {
    maxLength: 30,
  });

  fc.assert(
    fc.property(runs, fc.boolean(), (parts, isStored) => {
      const message = Uint8Array.from(
        parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
      );
      const sent = isStored ? compressor.store(message) : compressor.compress(message);
      assert.deepEqual(decompressor.decompress(sent), message);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("megabytes pass through both ends, over the end of the history, and shrink when they come again", () => {
  const compressor = new ZgfxCompressor();
  const decompressor = new ZgfxDecompressor();
  const random = seededRandom(3);
  const noise = Uint8Array.from({ length: 1_500_000 }, () => random() * 256);

  const sizes = [];
  for (let round = 0; round < 4; round++) {
    for (const kind of sampleKinds) {
      const { data } = samplePicture(kind, { width: 301, height: 203 }, round);
      assert.deepEqual(decompressor.decompress(compressor.compress(data)), data);
    }
    const sent = compressor.compress(noise);
    sizes.push(sent.length);
    assert.deepEqual(decompressor.decompress(sent), noise);
  }

  assert.ok(noise.length < sizes[0]! && sizes[0]! < noise.length + 7 + 23 * 5 + 1, `${sizes[0]} bytes`);
});

test("what was sent two megabytes ago is found again", () => {
  const compressor = new ZgfxCompressor();
  const decompressor = new ZgfxDecompressor();
  const random = seededRandom(4);
  const noise = Uint8Array.from({ length: 2_000_000 }, () => random() * 256);
  decompressor.decompress(compressor.store(noise.subarray(0, 1000)));
  decompressor.decompress(compressor.compress(noise));

  const sent = compressor.compress(noise.subarray(0, 60_000));

  assert.deepEqual(decompressor.decompress(sent), noise.subarray(0, 60_000));
  assert.ok(sent.length < 8000, `${sent.length} bytes`);
});

test("without compression a message is only wrapped", () => {
  const compressor = new ZgfxCompressor({ compress: false });

  assert.deepEqual(compressor.compress(hex("01 02 03")), hex("e0 04 01 02 03"));
  assert.deepEqual(compressor.compress(new Uint8Array(0)), hex("e0 04"));
  const long = compressor.compress(new Uint8Array(65536));
  assert.deepEqual(long.subarray(0, 12), hex("e1 02 00 00 00 01 00 00 00 01 00 04"));
  assert.deepEqual(long.subarray(-6), hex("02 00 00 00 04 00"));
  assert.equal(new ZgfxDecompressor().decompress(long).length, 65536);
});

test("a message that claims more than its segments can hold is refused before memory is taken", () => {
  const bytes = hex("e1 01 00 ff ff ff 03 02 00 00 00 04 00");

  assert.throws(() => new ZgfxDecompressor().decompress(bytes), DecodeError);
});

test("the decompressor refuses what is malformed", () => {
  attack(zgfxOracle, { seed: 11, count: 20_000 });
});
