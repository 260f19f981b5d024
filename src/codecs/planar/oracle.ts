import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { decodePlanar } from "./decode.ts";
import { encodePlanar } from "./encode.ts";

/** The first two bytes are the width and height of the bitmap, up to 32, the rest is the stream. */
export const planarOracle: Oracle = {
  name: "planar",
  seeds: () => [
    ...sampleKinds.map((kind) => seed(encodePlanar(samplePicture(kind, size), { rows: "topDown" }))),
    seed(encodePlanar(samplePicture("text", size), { rows: "topDown", keepAlpha: true })),
    seed(Uint8Array.from([0x29, ...new Uint8Array(size.width * size.height * 2).fill(77)])),
  ],
  check: (input) => {
    const width = (input[0] ?? 0) & 31;
    const height = (input[1] ?? 0) & 31;
    decodedOrRefused(() => decodePlanar(input.subarray(2), { width, height }, { rows: "bottomUp", keepAlpha: true }));
  },
};

const size = { width: 13, height: 9 };
const seed = (stream: Uint8Array): Uint8Array => Uint8Array.from([size.width, size.height, ...stream]);
