import { newPixels } from "#base/pixels.ts";
import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { paintInto } from "../remotefx/remoteFxDecoder.ts";
import { samplePicture } from "../samplePictures.ts";
import { ProgressiveDecoder } from "./progressiveDecoder.ts";
import { ProgressiveEncoder } from "./progressiveEncoder.ts";

/** Any bytes are painted or refused. The seeds are a full frame, and a coarse one followed by its two upgrades. */
export const progressiveOracle: Oracle = {
  name: "progressive",
  seeds: () => {
    const size = { width: 64, height: 64 };
    const whole = [{ x: 0, y: 0, ...size }];
    const source = samplePicture("text", size);
    const encoder = new ProgressiveEncoder();
    const passes = [encoder.encodeFrame(source, whole, { quality: "coarse" })];
    for (let upgrade = encoder.refine(1); upgrade !== undefined; upgrade = encoder.refine(1)) passes.push(upgrade);
    const stream = new Uint8Array(passes.reduce((sum, pass) => sum + pass.length, 0));
    let at = 0;
    for (const pass of passes) {
      stream.set(pass, at);
      at += pass.length;
    }
    return [new ProgressiveEncoder().encodeFrame(source, whole, { quality: "fine" }), stream];
  },
  check: (input) => {
    const target = newPixels({ width: 80, height: 80 });
    const frames = decodedOrRefused(() => new ProgressiveDecoder().decode(input));
    for (const frame of frames ?? []) paintInto(target, frame);
  },
};
