import { crop, type Pixels } from "#base/pixels.ts";
import { ClearCodecEncoder } from "#codecs/clearcodec/clearCodecEncoder.ts";
import { encodeInterleaved } from "#codecs/interleaved/encode.ts";
import { framePixels, kernelTileEncoder, kernelYuv420, yuv420FrameBytes } from "#codecs/kernels/kernels.ts";
import { encodeNscodec } from "#codecs/nscodec/encode.ts";
import { encodePlanar } from "#codecs/planar/encode.ts";
import { ProgressiveEncoder } from "#codecs/progressive/progressiveEncoder.ts";
import { RemoteFxEncoder } from "#codecs/remotefx/remoteFxEncoder.ts";
import type { EncodeTile } from "#codecs/remotefx/tile.ts";
import { referenceYuv420, type Yuv420 } from "#codecs/yuv420/yuv420.ts";
import { ZgfxCompressor } from "#codecs/zgfx/compressor.ts";
import { loadKernels, startKernels, type CompiledKernels } from "#system/kernels.ts";
import { picture, type PictureKind } from "../test/pictures.ts";
import { sampled, type BenchContext, type Figure } from "../tools/bench/question.ts";
import { buildKernels } from "../tools/kernels.ts";

export const question =
  "How many megabytes of source pixels does each codec encode in a second of processor time, and how small do they get?";

/** For each codec and kind of picture the rate, and the size of the result in percent of the source. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  await buildKernels();
  const figures: Figure[] = [];
  for (const kind of kinds) {
    const source = picture(kind, size);
    for (const [codec, make] of Object.entries(codecs)) {
      say(`${codec}, ${kind}`);
      figures.push(...measure(`${codec}, ${kind}`, source, make()));
    }
  }
  return figures;
}

/** Gives the length of what `pixels` became. */
type Encode = (pixels: Pixels) => number;

/** Each with a fresh state, as a connection has it. */
const codecs: Readonly<Record<string, () => Encode>> = {
  "interleaved 16": () => (pixels) => encodeInterleaved(pixels, 16).length,
  "interleaved 24": () => (pixels) => encodeInterleaved(pixels, 24).length,
  clearcodec: () => clearCodec(),
  planar: () => (pixels) => encodePlanar(pixels, { rows: "topDown" }).length,
  nscodec: () => (pixels) => encodeNscodec(pixels).length,
  "nscodec subsampled": () => (pixels) => encodeNscodec(pixels, { subsampled: true }).length,
  "remotefx reference": () => remoteFx(),
  "remotefx kernel": () => remoteFx(kernel()),
  "progressive kernel, full": () => progressive("fine"),
  "progressive kernel, coarse": () => progressive("coarse"),
  "yuv420 reference": () => (pixels) => yuv420Bytes(referenceYuv420(pixels)),
  "yuv420 kernel": () => yuv420(),
  // A new one each time: its history would hold the same picture.
  zgfx: () => (pixels) => new ZgfxCompressor().compress(pixels.data.subarray(pixels.offset)).length,
};

/** Tile by tile, as in a session; the first picture is the only one in which columns are new. */
function clearCodec(): Encode {
  const encoder = new ClearCodecEncoder();
  return (pixels) => {
    let bytes = 0;
    for (let y = 0; y < pixels.height; y += 64) {
      for (let x = 0; x < pixels.width; x += 64) {
        bytes += encoder.encode(crop(pixels, { x, y, width: 64, height: 64 }), { atMost: Infinity })!.length;
      }
    }
    return bytes;
  };
}

function remoteFx(encodeTile?: EncodeTile): Encode {
  const options = encodeTile === undefined ? {} : { encodeTile };
  const encoder = new RemoteFxEncoder({ entropy: "rlgr3", ...options });
  return (pixels) => encoder.encodeFrame(pixels, [{ x: 0, y: 0, ...sizeOf(pixels) }]).length;
}

function progressive(quality: "fine" | "coarse"): Encode {
  const encoder = new ProgressiveEncoder({ encodeTile: kernel() });
  return (pixels) => encoder.encodeFrame(pixels, [{ x: 0, y: 0, ...sizeOf(pixels) }], { quality }).length;
}

/** As in an encoder's process: the picture is read into the kernels' memory by the system. */
function yuv420(): Encode {
  const instance = startKernels(compiledKernels(), { frameBytes: yuv420FrameBytes(size) });
  const inPlace = framePixels(instance, size);
  let copied: Pixels | undefined;
  return (pixels) => {
    if (copied !== pixels) inPlace.data.set(pixels.data.subarray(pixels.offset), inPlace.offset);
    copied = pixels;
    return yuv420Bytes(kernelYuv420(instance, inPlace));
  };
}

const yuv420Bytes = ({ luma, blue, red }: Yuv420): number => luma.length + blue.length + red.length;

function compiledKernels(): CompiledKernels {
  const module = loadKernels();
  if (module === undefined) throw new Error("the kernels were not built");
  return module;
}

function kernel(): EncodeTile {
  const instance = startKernels(compiledKernels(), { frameBytes: size.width * size.height * 4 });
  const inPlace = framePixels(instance, size);
  const encodeTile = kernelTileEncoder(instance);
  let copied: Pixels | undefined;
  return (pixels, x, y, coding) => {
    // As in a session, where the picture lies in the kernels' memory: copied in once, and not part of the rate.
    if (copied !== pixels) inPlace.data.set(pixels.data.subarray(pixels.offset), inPlace.offset);
    copied = pixels;
    return encodeTile(inPlace, x, y, coding);
  };
}

function measure(name: string, source: Pixels, encode: Encode): readonly Figure[] {
  const sourceBytes = source.width * source.height * 4;
  let resultBytes = 0;
  const rates = sampled(7, () => {
    const startedAt = process.cpuUsage();
    const used = (): number => {
      const { user, system } = process.cpuUsage(startedAt);
      return (user + system) / 1000;
    };
    let rounds = 0;
    do {
      resultBytes = encode(source);
      rounds++;
    } while (used() < sampleMilliseconds);
    return (rounds * sourceBytes) / 1e3 / used();
  });
  return [
    { name, unit: "MB/s", better: "more", samples: rates },
    { name: `${name}: size`, unit: "%", better: "less", samples: [(100 * resultBytes) / sourceBytes] },
  ];
}

const sizeOf = ({ width, height }: Pixels): { width: number; height: number } => ({ width, height });
const kinds: readonly PictureKind[] = ["flat", "text", "photo", "noise"];
const size = { width: 640, height: 512 };
const sampleMilliseconds = 30;
