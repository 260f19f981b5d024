import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { ZgfxCompressor } from "./compressor.ts";
import { ZgfxDecompressor } from "./decompressor.ts";

/**
 * The whole input is one RDP_SEGMENTED_DATA. The decompressor lives on from input to input, as an attacked client's
 * would.
 */
export const zgfxOracle: Oracle = {
  name: "zgfx",
  seeds: () =>
    sampleKinds.flatMap((kind) => {
      const { data } = samplePicture(kind, { width: 12, height: 5 });
      return [
        new ZgfxCompressor().compress(data),
        new ZgfxCompressor({ compress: false }).compress(data),
        Uint8Array.from(twoSegments.flat()),
      ];
    }),
  check: (input) => {
    decompressor ??= new ZgfxDecompressor();
    const current = decompressor;
    decodedOrRefused(() => current.decompress(input));
  },
};

let decompressor: ZgfxDecompressor | undefined;

/** Three bytes as they are, and three more as literals. */
const twoSegments = [
  [0xe1, 2, 0, 6, 0, 0, 0],
  [4, 0, 0, 0, 0x04, 1, 2, 3],
  [6, 0, 0, 0, 0x24, 0x20, 0x90, 0x88, 0x40, 5],
];
