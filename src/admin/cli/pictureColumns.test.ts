import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureColumns } from "./pictureColumns.ts";

test("a picture is told by its encoder, by what its frames are made of, and by how quick it is", () => {
  const text = pictureColumns({
    encoder: "planar by RDPGFX",
    frames: 120,
    bytes: 34_567,
    roundTripMs: 12.4,
    framesInFlight: 1,
    inputDelay: { count: 40, medianMs: 0.21, p99Ms: 1.5 },
    keyToFrame: { count: 12, medianMs: 3, p99Ms: 9.96 },
    operations: [
      { operation: "clearCodec", areas: 900, bytes: 80_000 },
      { operation: "copy", areas: 41, bytes: 902 },
    ],
  });

  assert.deepEqual(text.split("\n"), [
    "",
    "planar by RDPGFX: 120 frames, 34567 bytes, acknowledged within 12 ms, 1 in flight",
    " Input to the screen: 0.2 ms in the middle, 1.5 ms at most of 99 in 100 (40)",
    " A key to its frame: 3.0 ms in the middle, 10.0 ms at most of 99 in 100 (12)",
    " OPERATION   AREAS  BYTES  SHARE",
    " clearCodec    900  80000  98.9%",
    " copy           41    902   1.1%",
    "",
  ]);
});

test("a picture whose operations are not counted is told by its encoder alone", () => {
  assert.equal(
    pictureColumns({ encoder: "bitmaps", frames: 1, bytes: 2, operations: [] }),
    "\nbitmaps: 1 frames, 2 bytes\n",
  );
});

test("what a client has rejected is said beside what it is sent", () => {
  assert.equal(
    pictureColumns({
      encoder: "planar by RDPGFX",
      frames: 1,
      bytes: 2,
      operations: [],
      without: ["avc420", "clearCodec"],
    }),
    "\nplanar by RDPGFX: 1 frames, 2 bytes\n" +
      " Without H.264 (AVC420), ClearCodec, which this client has rejected before (holdfast codecs)\n",
  );
});
