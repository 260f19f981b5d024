import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import { nearness, picture, randomFrom } from "../../../test/pictures.ts";
import { attack } from "../oracle.ts";
import { tileSamples } from "../remotefx/colour.ts";
import { quantizationPresets } from "../remotefx/quantization.ts";
import { paintInto } from "../remotefx/remoteFxDecoder.ts";
import { progressiveStream } from "./messages.ts";
import { progressiveOracle } from "./oracle.ts";
import { decodeUpgradeInto, encodeUpgradeInto, firstPassInto, upgradeBytesMax } from "./passes.ts";
import { receiveFirstPass, transformPlane } from "./plane.ts";
import { encodeRlgrInto } from "../remotefx/rlgrEncoder.ts";
import { ProgressiveDecoder } from "./progressiveDecoder.ts";
import { ProgressiveEncoder } from "./progressiveEncoder.ts";
import { nothingLeft, passQualities } from "./qualities.ts";
import { forwardReducedWavelet, inverseReducedWavelet } from "./reducedWavelet.ts";
import { subtract } from "./region.ts";

const size = { width: 200, height: 150 };
const whole = { x: 0, y: 0, ...size };

test("Full frames come back at 44 dB or more at once", () => {
  for (const kind of ["photo", "text", "noise", "flat"] as const) {
    const source = picture(kind, size);
    const encoder = new ProgressiveEncoder();
    const target = newPixels(size);
    paint(new ProgressiveDecoder(), encoder.encodeFrame(source, [whole], { quality: "fine" }), target);
    assert.ok(44 < nearness(source, target).decibels, kind);
    assert.equal(encoder.refine(1), undefined);
  }
});

test("Coarse frames are a fraction of the bytes, get nearer with each pass, and end at 44 dB or more", () => {
  for (const kind of ["photo", "text", "noise"] as const) {
    const source = picture(kind, size);
    const encoder = new ProgressiveEncoder();
    const decoder = new ProgressiveDecoder();
    const target = newPixels(size);
    const first = encoder.encodeFrame(source, [whole], { quality: "coarse" });
    const full = new ProgressiveEncoder().encodeFrame(source, [whole], { quality: "fine" });
    assert.ok(first.length < 0.4 * full.length, `${kind}: ${first.length} of ${full.length} bytes`);
    let before = 0;
    for (let bytes: Uint8Array | undefined = first; bytes !== undefined; bytes = encoder.refine(12)) {
      paint(decoder, bytes, target);
      const { decibels } = nearness(source, target);
      assert.ok(before < decibels, `${kind}: ${decibels} dB after ${before}`);
      before = decibels;
    }
    assert.ok(44 < before, `${kind}: ${before} dB`);
    assert.equal(encoder.pendingTiles, 0);
  }
});

test("All tiles take one pass before any takes a second, at most as many at once as asked for", () => {
  const encoder = new ProgressiveEncoder();
  encoder.encodeFrame(picture("photo", size), [whole], { quality: "coarse" });
  const qualities: number[] = [];
  for (let bytes = encoder.refine(5); bytes !== undefined; bytes = encoder.refine(5)) {
    for (const block of decode(progressiveStream, bytes)) {
      if (block.is !== "progressiveRegion") continue;
      assert.ok(block.content.tiles.length <= 5);
      for (const tile of block.content.tiles) if (tile.is === "progressiveTileUpgrade") qualities.push(tile.quality);
    }
  }
  assert.deepEqual(qualities, [...Array.from({ length: 12 }, () => 1), ...Array.from({ length: 12 }, () => 0xff)]);
});

test("Refinement paints only where the tile is shown and nothing else has painted since", () => {
  const encoder = new ProgressiveEncoder();
  const source = picture("text", size);
  encoder.encodeFrame(source, [{ x: 10, y: 10, width: 40, height: 40 }], { quality: "coarse" });
  encoder.encodeFrame(source, [{ x: 20, y: 20, width: 80, height: 5 }], { quality: "coarse" });
  encoder.forget({ x: 0, y: 0, width: 30, height: 64 });
  const shown = rectanglesOf(encoder.refine(10));
  const area = shown.reduce((sum, { width, height }) => sum + width * height, 0);
  // 20 columns of the square; of the strip 14 more in its tile and 36 in the next one.
  assert.equal(area, 20 * 40 + 14 * 5 + 36 * 5);
  encoder.forget(whole);
  assert.equal(encoder.refine(10), undefined);
});

test("The headers come with the first frame only, and again after a restart", () => {
  const encoder = new ProgressiveEncoder();
  const frame = () => encoder.encodeFrame(picture("flat", size), [whole], { quality: "fine" });
  assert.deepEqual([isAnnounced(frame()), isAnnounced(frame())], [true, false]);
  encoder.restart();
  assert.ok(isAnnounced(frame()));
});

test("An upgrade without its first pass is refused", () => {
  const encoder = new ProgressiveEncoder();
  encoder.encodeFrame(picture("text", size), [whole], { quality: "coarse" });
  const upgrade = encoder.refine(1);
  assert.ok(upgrade !== undefined);
  assert.throws(() => new ProgressiveDecoder().decode(upgrade), DecodeError);
});

test("A difference tile adds to what was there", () => {
  const source = picture("photo", { width: 64, height: 64 });
  const bytes = new ProgressiveEncoder().encodeFrame(source, [{ x: 0, y: 0, width: 64, height: 64 }], {
    quality: "fine",
  });
  const decoder = new ProgressiveDecoder();
  const [once] = decoder.decode(bytes);
  // The same once more as a difference doubles every coefficient: luma moves away from the middle.
  const blocks = decode(progressiveStream, bytes).map((block) => {
    if (block.is !== "progressiveRegion") return block;
    const tiles = block.content.tiles.map((tile) =>
      tile.is === "progressiveTileSimple" ? { ...tile, flags: ["difference"] as const } : tile,
    );
    return { ...block, content: { ...block.content, tiles } };
  });
  const [twice] = decoder.decode(encode(progressiveStream, blocks));
  const before = once!.tiles[0]!.pixels.data;
  const after = twice!.tiles[0]!.pixels.data;
  let spread = 0;
  for (let at = 1; at < before.length; at += 4) spread += Math.abs(after[at]! - 128) - Math.abs(before[at]! - 128);
  assert.ok(0 < spread);
});

test("The reduced wavelet comes back within half a level, even from noise", () => {
  const random = randomFrom(9);
  const scratch = new Int16Array(tileSamples);
  for (let round = 0; round < 20; round++) {
    const samples = Int16Array.from({ length: tileSamples }, () => Math.floor(random() * 8192) - 4096);
    const plane = samples.slice();
    forwardReducedWavelet(plane, scratch);
    inverseReducedWavelet(plane, scratch);
    for (let at = 0; at < tileSamples; at++) assert.ok(Math.abs(plane[at]! - samples[at]!) <= 16, `sample ${at}`);
  }
});

test("In both layouts of bands, passes end in exactly the quantized coefficients", () => {
  const quantization = quantizationPresets.fine;
  for (const layout of ["plain", "reduced"] as const) {
    const random = randomFrom(11);
    const plane = Int16Array.from({ length: tileSamples }, () => Math.floor(random() * 8192) - 4096);
    const scratch = new Int16Array(tileSamples);
    const bytes = new Uint8Array(2 * upgradeBytesMax);
    transformPlane(plane, scratch, { layout, quantization });
    const lefts = [passQualities[0]!.cb, passQualities[1]!.cb, nothingLeft.cb] as const;
    const received = { coefficients: new Int16Array(tileSamples), signs: new Int16Array(tileSamples) };
    firstPassInto(scratch, plane, layout, lefts[0]);
    const coded = bytes.slice(0, encodeRlgrInto(bytes, 0, "rlgr1", scratch));
    receiveFirstPass(received, coded, { layout, quantization }, { left: lefts[0], isDifference: false });
    for (const [before, after] of [
      [lefts[0], lefts[1]],
      [lefts[1], lefts[2]],
    ] as const) {
      const { srlEnd, rawEnd } = encodeUpgradeInto(bytes, 0, plane, { layout, before, after });
      const streams = { srl: bytes.slice(0, srlEnd), raw: bytes.slice(srlEnd, rawEnd) };
      decodeUpgradeInto(received, streams, { layout, before, after }, quantization);
    }
    assert.deepEqual(
      received.coefficients,
      plane.map((value) => value << 5),
    );
  }
});

test("Rectangles without a hole cover what is left, once", () => {
  const hole = { x: 3, y: 3, width: 2, height: 2 };
  const left = subtract([{ x: 0, y: 0, width: 8, height: 8 }], hole);
  assert.equal(
    left.reduce((sum, { width, height }) => sum + width * height, 0),
    60,
  );
  assert.deepEqual(subtract([hole], { x: 0, y: 0, width: 8, height: 8 }), []);
  assert.deepEqual(subtract([hole], { x: 5, y: 5, width: 8, height: 8 }), [hole]);
});

test("The decoder survives 20,000 damaged streams: each is painted or refused with a DecodeError", () => {
  attack(progressiveOracle, { seed: 13, count: 20_000 });
});

function paint(decoder: ProgressiveDecoder, bytes: Uint8Array, target: Pixels): void {
  for (const frame of decoder.decode(bytes)) paintInto(target, frame);
}

function isAnnounced(bytes: Uint8Array): boolean {
  return decode(progressiveStream, bytes)[0]?.is === "progressiveSync";
}

function rectanglesOf(bytes: Uint8Array | undefined) {
  assert.ok(bytes !== undefined);
  return decode(progressiveStream, bytes).flatMap((block) =>
    block.is === "progressiveRegion" ? block.content.rectangles : [],
  );
}
