import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { clearCodecOracle } from "./clearcodec/oracle.ts";
import { interleavedOracle } from "./interleaved/oracle.ts";
import { nscodecOracle } from "./nscodec/oracle.ts";
import { attack, decodedOrRefused, type Oracle } from "./oracle.ts";
import { planarOracle } from "./planar/oracle.ts";
import { ZgfxCompressor } from "./zgfx/compressor.ts";
import { ZgfxDecompressor } from "./zgfx/decompressor.ts";
import { zgfxOracle } from "./zgfx/oracle.ts";

const vectors = new URL("../../../shared/vectors/fuzz-regression/", import.meta.url);

test("an attack finds a decoder that reads past the end", () => {
  const careless: Oracle = {
    name: "careless",
    seeds: () => [Uint8Array.of(3, 1, 2, 3)],
    check: (input) => {
      decodedOrRefused(() => {
        if (input.length < 1 + (input[0] ?? 0)) throw new TypeError("past the end");
      });
    },
  };

  assert.throws(() => attack(careless, { seed: 1, count: 1000 }), TypeError);
});

test("inputs that broke other implementations are decoded or refused, and compress and come back", (t) => {
  if (!existsSync(vectors)) return t.diagnostic("the outside vectors are not here");
  const compressor = new ZgfxCompressor();
  const decompressor = new ZgfxDecompressor();
  for (const name of readdirSync(vectors)) {
    const input = Uint8Array.from(readFileSync(new URL(name, vectors)));
    for (const oracle of [clearCodecOracle, interleavedOracle, nscodecOracle, planarOracle, zgfxOracle])
      oracle.check(input);
    assert.deepEqual(decompressor.decompress(compressor.compress(input)), input, name);
  }
});
