import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { decompressInterleaved } from "./decode.ts";
import { encodeInterleaved, type InterleavedDepth } from "./encode.ts";

/** The first three bytes are the width and height of the bitmap, up to 32, and which depth; the rest is the stream. */
export const interleavedOracle: Oracle = {
  name: "interleaved",
  seeds: () =>
    depths.flatMap((depth, index) =>
      sampleKinds.map((kind) =>
        Uint8Array.from([size.width, size.height, index, ...encodeInterleaved(samplePicture(kind, size), depth)]),
      ),
    ),
  check: (input) => {
    const width = (input[0] ?? 0) & 31;
    const height = (input[1] ?? 0) & 31;
    decodedOrRefused(() => decompressInterleaved(input.subarray(3), { width, height }, depths[(input[2] ?? 0) & 3]!));
  },
};

const depths: readonly InterleavedDepth[] = [8, 15, 16, 24];
const size = { width: 16, height: 9 };
