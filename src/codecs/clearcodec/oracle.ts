import { crop, newPixels } from "#base/pixels.ts";
import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { sampleKinds, samplePicture } from "../samplePictures.ts";
import { ClearCodecDecoder } from "./clearCodecDecoder.ts";
import { ClearCodecEncoder } from "./clearCodecEncoder.ts";

/**
 * Streams for pictures of the same few sizes, each behind two bytes of its length; they are drawn in order or refused.
 */
export const clearCodecOracle: Oracle = {
  name: "clearcodec",
  seeds: () =>
    sampleKinds.map((kind) => {
      const encoder = new ClearCodecEncoder();
      const streams = sizes.flatMap((size) => [
        encoder.encode(samplePicture(kind, size), { atMost: Infinity }),
        encoder.encode(samplePicture(kind, size), { atMost: Infinity }),
      ]);
      return Uint8Array.from(
        streams.flatMap((stream) =>
          stream === undefined ? [] : [stream.length & 0xff, stream.length >>> 8, ...stream],
        ),
      );
    }),
  check: (input) => {
    const decoder = new ClearCodecDecoder();
    const target = newPixels({ width: 40, height: 60 });
    let at = 0;
    for (let index = 0; at + 2 <= input.length && index < 8; index++) {
      const length = input[at]! | (input[at + 1]! << 8);
      const { width, height } = sizes[(index >> 1) % sizes.length]!;
      const part = crop(target, { x: 1, y: 2, width, height });
      decodedOrRefused(() => decoder.decodeInto(part, input.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
  },
};

const sizes = [
  { width: 9, height: 7 },
  { width: 13, height: 54 },
];
