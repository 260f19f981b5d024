import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { decodeNscodec } from "./decode.ts";
import { encodeNscodec } from "./encode.ts";

/** The first two bytes are the width and height of the bitmap, up to 32, the rest is the stream. */
export const nscodecOracle: Oracle = {
  name: "nscodec",
  seeds: () =>
    sampleKinds.flatMap((kind) =>
      [false, true].map((subsampled) =>
        Uint8Array.from([size.width, size.height, ...encodeNscodec(samplePicture(kind, size), { subsampled })]),
      ),
    ),
  check: (input) => {
    const width = (input[0] ?? 0) & 31;
    const height = (input[1] ?? 0) & 31;
    decodedOrRefused(() => decodeNscodec(input.subarray(2), { width, height }, { keepAlpha: true }));
  },
};

const size = { width: 13, height: 9 };
