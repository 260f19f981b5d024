import { newPixels } from "#base/pixels.ts";
import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { samplePicture } from "../samplePictures.ts";
import { paintInto, RemoteFxDecoder } from "./remoteFxDecoder.ts";
import { RemoteFxEncoder } from "./remoteFxEncoder.ts";

/** Any bytes are painted or refused. */
export const remoteFxOracle: Oracle = {
  name: "remotefx",
  seeds: () => {
    const size = { width: 64, height: 64 };
    return (["rlgr1", "rlgr3"] as const).map((entropy) =>
      new RemoteFxEncoder({ entropy, quality: "normal" }).encodeFrame(samplePicture("text", size), [
        { x: 0, y: 0, ...size },
      ]),
    );
  },
  check: (input) => {
    const target = newPixels({ width: 80, height: 80 });
    const frames = decodedOrRefused(() => new RemoteFxDecoder().decode(input));
    for (const frame of frames ?? []) paintInto(target, frame);
  },
};
