import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import type { SeenDesktop } from "#desktop/desktop.ts";
import { HeadlessDesktop } from "#desktop/headless/headlessDesktop.ts";
import { Overlay, overlayLines } from "./overlay.ts";

const facts = {
  encoder: "planar by RDPGFX",
  frames: 130,
  bytes: 45_000,
  framesInFlight: 1,
  roundTripMs: 12.4,
  operations: [
    { operation: "clearCodec", areas: 9, bytes: 750 },
    { operation: "copy", areas: 1, bytes: 250 },
  ],
};

test("an overlay says how many frames a second there are, how far the client is, and what frames are made of", () => {
  const delays = { inputDelay: { count: 3, medianMs: 0.21, p99Ms: 1.5 } };
  assert.deepEqual(overlayLines(facts, delays, { frames: 100, bytes: 25_000, took: 500 }), [
    "planar by RDPGFX",
    "130 frames, 60.0 a second; 40 kB a second",
    "round trip 12 ms, 1 in flight",
    "input 0.2 / 1.5 ms, key to frame –",
    "clearCodec 75 %, copy 25 %",
  ]);
  const bare = { ...facts, roundTripMs: undefined, operations: [] };
  assert.deepEqual(overlayLines(bare, {}, undefined).slice(1), [
    "130 frames, 0.0 a second; 0 kB a second",
    "round trip –, 1 in flight",
    "input –, key to frame –",
  ]);
});

test("off is as if there had never been one: the client sees the desktop itself", () => {
  const seen: SeenDesktop[] = [];
  const overlay = new Overlay({
    facts: () => facts,
    delays: () => ({}),
    now: () => instant(0),
    exchange: (desktop) => seen.push(desktop),
  });
  const desktop = new HeadlessDesktop({ size: { width: 8, height: 8 }, sizeMax: { width: 8, height: 8 } });
  overlay.turn(true);
  overlay.turn(false);
  const before = overlay.over(desktop);
  overlay.turn(true);
  overlay.turn(true);
  const during = overlay.over(desktop);
  overlay.turn(false);

  assert.equal(before, desktop);
  assert.notEqual(during, desktop);
  assert.deepEqual([seen.length, seen[0] === desktop, seen[1] === desktop], [2, false, true]);
});
