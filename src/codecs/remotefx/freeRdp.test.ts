import assert from "node:assert/strict";
import { test } from "node:test";
import { newPixels } from "#base/pixels.ts";
import { loadFreeRdp } from "../../../test/freeRdp.ts";
import { nearness, picture } from "../../../test/pictures.ts";
import { ProgressiveEncoder } from "../progressive/progressiveEncoder.ts";
import { RemoteFxEncoder } from "./remoteFxEncoder.ts";

const size = { width: 200, height: 150 };
const whole = { x: 0, y: 0, ...size };

test("FreeRDP's decoder paints RemoteFX frames at 43 dB or more, in both modes and entropies", (t) => {
  const freeRdp = loadFreeRdp();
  if (freeRdp === undefined) return t.diagnostic("FreeRDP's library is not installed: nothing was compared");
  for (const mode of ["image", "video"] as const) {
    for (const entropy of ["rlgr1", "rlgr3"] as const) {
      for (const kind of ["photo", "text", "noise", "flat"] as const) {
        const source = picture(kind, size);
        const target = newPixels(size);
        const bytes = new RemoteFxEncoder({ entropy, mode }).encodeFrame(source, [whole]);
        assert.ok(freeRdp.remoteFx(bytes, target), `${mode} ${entropy} ${kind}: refused`);
        const { decibels } = nearness(source, target);
        assert.ok(43 < decibels, `${mode} ${entropy} ${kind}: ${decibels} dB`);
      }
    }
  }
});

test("FreeRDP's decoder paints progressive frames, coarse at first and after the last pass at 43 dB or more", (t) => {
  const freeRdp = loadFreeRdp();
  if (freeRdp === undefined) return t.diagnostic("FreeRDP's library is not installed: nothing was compared");
  for (const kind of ["photo", "text", "noise", "flat"] as const) {
    for (const quality of ["fine", "coarse"] as const) {
      const source = picture(kind, size);
      const target = newPixels(size);
      const decode = freeRdp.progressive(target);
      const encoder = new ProgressiveEncoder();
      let bytes: Uint8Array | undefined = encoder.encodeFrame(source, [whole], { quality });
      for (let frame = 1; bytes !== undefined; bytes = encoder.refine(5), frame++) {
        assert.ok(decode(bytes), `${kind} ${quality}: frame ${frame} was refused`);
      }
      const { decibels } = nearness(source, target);
      assert.ok(43 < decibels, `${kind} ${quality}: ${decibels} dB`);
    }
  }
});
