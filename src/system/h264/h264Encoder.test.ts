import assert from "node:assert/strict";
import { test } from "node:test";
import koffi from "koffi";
import { referenceChromaView } from "../../codecs/yuv420/chromaView.ts";
import { referenceYuv420, type Yuv420 } from "../../codecs/yuv420/yuv420.ts";
import { picture } from "../../../test/pictures.ts";
import { h264Encoders, openH264Encoder, type H264EncoderName, type H264View } from "./h264Encoder.ts";

const size = { width: 130, height: 98 };

for (const name of ["x264", "openh264"] as const) {
  const skip = h264Encoders().includes(name) ? false : `${name} is not on this host`;

  test(`${name} begins with a key frame and goes on with smaller pictures of the same stream`, { skip }, () => {
    using encoder = openH264Encoder(name, { ...size, framesPerSecond: 30, kilobits: 2000 });
    const planes = [1, 2].map((seed) => referenceYuv420(picture("photo", size, seed)));
    const units = [0, 0, 0, 1].map((which) => {
      const { luma, blue, red } = planes[which]!;
      const places = { luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) };
      return encoder.encode(places).slice();
    });
    assert.deepEqual(typesOf(units[0]!).slice(0, 2), [sequenceParameters, pictureParameters]);
    assert.ok(typesOf(units[0]!).includes(keySlice));
    for (const unit of units.slice(1)) assert.deepEqual(typesOf(unit), [slice]);
    assert.ok(units[2]!.length * 2 < units[0]!.length, "what has not changed costs little");
  });

  test(`${name} sends less when it is told to`, { skip }, () => {
    const [much, little] = [bytesAt(name, 4000), bytesAt(name, 60)];
    assert.ok(little * 3 < much * 2, `${little} and ${much}`);
  });
}

test(
  "x264 keeps two views of one stream apart; openh264 is not asked to",
  { skip: !h264Encoders().includes("x264") },
  () => {
    const side = { width: 128, height: 96 };
    const stream = { ...side, framesPerSecond: 30, kilobits: 20_000 };
    using encoder = openH264Encoder("x264", { ...stream, isDual: true });
    const pixels = picture("photo", side);
    const [main, chroma] = [referenceYuv420(pixels), referenceChromaView(pixels, "avc444v2")];
    const encode = ({ luma, blue, red }: Yuv420, view: H264View) =>
      encoder.encode({ luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) }, view).length;
    const first = [encode(main, "main"), encode(chroma, "chroma")];
    for (let turn = 0; turn < 4; turn++) {
      assert.ok(encode(main, "main") * 10 < first[0]!, "the picture before the last one is the same");
      assert.ok(encode(chroma, "chroma") * 2 < first[1]!);
    }
    for (let turn = 0; turn < 3; turn++) assert.ok(encode(main, "main") * 10 < first[0]!, "one view alone goes on");
    assert.throws(() => openH264Encoder("openh264", { ...stream, isDual: true }), RangeError);
  },
);

test("a picture with an odd side is nobody's", () => {
  for (const name of h264Encoders()) {
    assert.throws(() => openH264Encoder(name, { width: 64, height: 63, framesPerSecond: 30, kilobits: 1000 }));
  }
});

/** Of 40 pictures of which none is like the one before, the rate being set after the first. */
function bytesAt(name: H264EncoderName, kilobits: number): number {
  using encoder = openH264Encoder(name, { ...size, framesPerSecond: 30, kilobits: 2000 });
  let bytes = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { luma, blue, red } = referenceYuv420(picture("text", size, seed));
    bytes += encoder.encode({ luma: koffi.address(luma), blue: koffi.address(blue), red: koffi.address(red) }).length;
    if (seed === 1) encoder.setRate(kilobits);
  }
  return bytes;
}

/** The kinds of the units behind start codes. ITU-T H.264 table 7-1. */
function typesOf(unit: Uint8Array): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at + 3 < unit.length; at++) {
    if (unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1) types.push(unit[at + 3]! & 31);
  }
  return types.filter((type) => type !== information);
}

const slice = 1;
const keySlice = 5;
const information = 6;
const sequenceParameters = 7;
const pictureParameters = 8;
