import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureColumns } from "./pictureColumns.ts";

test("a picture is told by its encoder, and by what its frames are made of", () => {
  const text = pictureColumns({
    encoder: "planar by RDPGFX",
    frames: 120,
    bytes: 34_567,
    roundTripMs: 12.4,
    operations: [
      { operation: "clearCodec", areas: 900, bytes: 80_000 },
      { operation: "copy", areas: 41, bytes: 902 },
    ],
  });

  assert.deepEqual(text.split("\n"), [
    "",
    "planar by RDPGFX: 120 frames, 34567 bytes, acknowledged within 12 ms",
    " OPERATION   AREAS  BYTES",
    " clearCodec    900  80000",
    " copy           41    902",
    "",
  ]);
});

test("a picture whose operations are not counted is told by its encoder alone", () => {
  assert.equal(
    pictureColumns({ encoder: "bitmaps", frames: 1, bytes: 2, operations: [] }),
    "\nbitmaps: 1 frames, 2 bytes\n",
  );
});
