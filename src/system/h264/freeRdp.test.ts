import assert from "node:assert/strict";
import { test } from "node:test";
import koffi from "koffi";
import { newPixels } from "#base/pixels.ts";
import { openYuvReader } from "#codecs/yuv420/yuvReader.ts";
import { loadFreeRdp } from "../../../test/freeRdp.ts";
import { colouredLetters, nearness } from "../../../test/pictures.ts";
import { h264Encoders, openH264Encoder, type H264View } from "./h264Encoder.ts";

const size = { width: 160, height: 112 };
const skip = h264Encoders().includes("x264") ? false : "x264 is not on this host";

test(
  "FreeRDP's decoder shows coloured letters at 19 dB at most from YUV420, and at 22 or more from YUV444",
  { skip },
  (t) => {
    const freeRdp = loadFreeRdp({ withoutSse: true });
    if (freeRdp === undefined) return t.diagnostic("FreeRDP's library is not installed: nothing was compared");
    for (const form of ["avc444", "avc444v2"] as const) {
      const target = newPixels(size);
      const decoder = freeRdp.h264(target);
      using film = openFilm(form);
      const near: number[] = [];
      for (let seed = 1; seed <= 3; seed++) {
        const letters = film.show(seed);
        const main = film.encode("main");
        assert.ok(decoder.avc444({ main, form }), "the picture alone");
        near.push(nearness(letters, target).decibels);
        assert.ok(decoder.avc444({ chroma: film.encode("chroma"), form }), "its colours alone");
        near.push(nearness(letters, target).decibels);
        film.show(seed + 10);
        assert.ok(decoder.avc444({ main: film.encode("main"), chroma: film.encode("chroma"), form }), "both");
        near.push(nearness(film.show(seed + 10), target).decibels);
      }
      t.diagnostic(`${form}: ${near.map((each) => each.toFixed(1)).join(" ")} dB`);
      for (const [index, decibels] of near.entries()) {
        assert.ok(index % 3 === 0 ? decibels < 19 : 22 <= decibels, `${form} ${index}: ${decibels} dB`);
      }
    }
  },
);

function openFilm(form: "avc444" | "avc444v2") {
  const encoder = openH264Encoder("x264", { ...size, framesPerSecond: 30, kilobits: 100_000, isDual: true });
  const reader = openYuvReader(size, { start: undefined, form });
  return {
    show: (seed: number) => {
      const letters = colouredLetters(size, seed);
      reader.read((target) => target.set(letters.data));
      assert.ok(reader.isColourful);
      return letters;
    },
    encode: (view: H264View) => {
      const { luma, blue, red } = view === "main" ? reader.main() : reader.chroma();
      const planes = { luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) };
      return encoder.encode(planes, view).slice();
    },
    [Symbol.dispose]: () => encoder[Symbol.dispose](),
  };
}
