import koffi, { type TypeObject } from "koffi";
import type { H264Encoder, H264StreamOptions, Yuv420Planes } from "./h264Encoder.ts";
import { loadLibrary } from "./loadLibrary.ts";

/** libopenh264 of ABI 7 (2.3 and 2.4). Undefined: it is not on this host. */
export const openh264Library = loadLibrary("libopenh264.so.7", (library) => ({
  create: library.func("int WelsCreateSVCEncoder(void *)"),
  destroy: library.func("void WelsDestroySVCEncoder(void *)"),
}));

export function openOpenh264(options: H264StreamOptions): H264Encoder {
  return new Openh264(options);
}

class Openh264 implements H264Encoder {
  readonly name = "openh264";
  readonly #destroy: (encoder: bigint) => unknown;
  readonly #methods: Methods;
  readonly #picture = Buffer.alloc(pictureBytes);
  readonly #result = Buffer.alloc(resultBytes);
  readonly #framesPerSecond: number;
  #encoder: bigint;
  #pictures = 0;

  constructor({ width, height, framesPerSecond, kilobits }: H264StreamOptions) {
    const library = openh264Library();
    if (library === undefined) throw new Error("libopenh264.so.7 is not on this host");
    const made = Buffer.alloc(8);
    if (library.create(made) !== 0) throw new Error("openh264 makes no encoder");
    this.#encoder = made.readBigUInt64LE(0);
    this.#destroy = library.destroy;
    this.#methods = methodsOf(this.#encoder);
    this.#framesPerSecond = framesPerSecond;
    try {
      this.#begin({ width, height, framesPerSecond, kilobits });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.#picture.writeInt32LE(planar420, 0);
    for (const [index, stride] of [width, width / 2, width / 2].entries()) {
      this.#picture.writeInt32LE(stride, at.strides + index * 4);
    }
    this.#picture.writeInt32LE(width, at.pictureWidth);
    this.#picture.writeInt32LE(height, at.pictureWidth + 4);
  }

  encode({ luma, blue, red }: Yuv420Planes): Uint8Array {
    for (const [index, plane] of [luma, blue, red].entries()) {
      this.#picture.writeBigUInt64LE(plane, at.planes + index * 8);
    }
    this.#picture.writeBigInt64LE(BigInt(Math.round((this.#pictures++ * 1000) / this.#framesPerSecond)), at.time);
    const problem: number = this.#methods.encodeFrame(this.#encoder, this.#picture, this.#result);
    if (problem !== 0) throw new Error(`openh264 could not encode a picture (${problem})`);
    if (this.#result.readInt32LE(at.frameType) === frameLeftOut) return new Uint8Array(0);
    const parts: Uint8Array[] = [];
    for (let layer = 0; layer < this.#result.readInt32LE(0); layer++) parts.push(this.#layer(layer));
    return Buffer.concat(parts);
  }

  setRate(kilobits: number): void {
    const value = Buffer.alloc(8);
    value.writeInt32LE(allLayers, 0);
    value.writeInt32LE(kilobits * 1000, 4);
    // The limit goes up first and down last: the target must never be above it.
    this.#methods.setOption(this.#encoder, optionMaxBitrate, value);
    this.#methods.setOption(this.#encoder, optionBitrate, value);
    this.#methods.setOption(this.#encoder, optionMaxBitrate, value);
  }

  [Symbol.dispose](): void {
    if (this.#encoder === 0n) return;
    this.#methods.uninitialize(this.#encoder);
    this.#destroy(this.#encoder);
    this.#encoder = 0n;
  }

  #begin({ width, height, framesPerSecond, kilobits }: H264StreamOptions): void {
    const parameters = Buffer.alloc(parameterBytes);
    const quiet = Buffer.alloc(4);
    this.#methods.setOption(this.#encoder, optionTraceLevel, quiet);
    if (this.#methods.defaults(this.#encoder, parameters) !== 0) throw new Error("openh264 has no default parameters");
    const bits = kilobits * 1000;
    const common = { 0: realTimeVideo, 4: width, 8: height, 12: bits, 16: byBitrate, 24: 1, 28: 1, 832: lowComplexity };
    // Key frames when asked for alone; one slice, one thread; nothing that guesses what is background. Of better
    // quality than 20 a picture of noise is larger than the room that openh264 has for it.
    const others = { 836: 0, 844: constantIds, 864: bits, 868: 45, 872: 20 };
    for (const [offset, value] of Object.entries({ ...common, ...others })) {
      parameters.writeInt32LE(value, Number(offset));
    }
    parameters.writeFloatLE(framesPerSecond, 20);
    parameters.writeInt16LE(1, 892);
    for (const [offset, value] of Object.entries({ 860: 0, 880: 0, 908: 0, 909: 0, 910: 1, 911: 1, 912: 0 })) {
      parameters.writeUInt8(value, Number(offset));
    }
    const layer = parameters.subarray(32);
    layer.writeInt32LE(width, 0);
    layer.writeInt32LE(height, 4);
    layer.writeFloatLE(framesPerSecond, 8);
    layer.writeInt32LE(bits, 12);
    layer.writeInt32LE(bits, 16);
    layer.writeInt32LE(0, sliceMode);
    // Full range, and the colours of BT.709, told to whoever reads them.
    layer.set([1, 5, 1, 1, 1, 1, 1], 184);
    const problem: number = this.#methods.initialize(this.#encoder, parameters);
    if (problem !== 0) throw new Error(`openh264 opens no stream of ${width}x${height} (${problem})`);
    const format = Buffer.alloc(4);
    format.writeInt32LE(planar420);
    this.#methods.setOption(this.#encoder, optionDataFormat, format);
  }

  #layer(index: number): Uint8Array {
    const layer = this.#result.subarray(at.layers + index * layerBytes);
    const count = layer.readInt32LE(at.unitCount);
    const lengths = Buffer.from(koffi.view(layer.readBigUInt64LE(at.unitLengths), count * 4));
    let bytes = 0;
    for (let unit = 0; unit < count; unit++) bytes += lengths.readInt32LE(unit * 4);
    return new Uint8Array(koffi.view(layer.readBigUInt64LE(at.unitBytes), bytes));
  }
}

type Methods = ReturnType<typeof methodsOf>;

/** An encoder begins with the address of its table of methods (codec_api.h, ISVCEncoderVtbl). */
function methodsOf(encoder: bigint) {
  const table = Buffer.from(koffi.view(encoder, 8)).readBigUInt64LE(0);
  const addresses = Buffer.from(koffi.view(table, 9 * 8));
  const method = (index: number, prototype: TypeObject) =>
    koffi.decode(addresses.readBigUInt64LE(index * 8), prototype);
  return {
    initialize: method(1, oneArgument),
    defaults: method(2, oneArgument),
    uninitialize: method(3, noArgument),
    encodeFrame: method(4, twoArguments),
    setOption: method(7, numberAndArgument),
  };
}

const noArgument = koffi.proto("int openh264None(uint64_t)");
const oneArgument = koffi.proto("int openh264One(uint64_t, void *)");
const twoArguments = koffi.proto("int openh264Two(uint64_t, void *, void *)");
const numberAndArgument = koffi.proto("int openh264Option(uint64_t, int, void *)");

/** Offsets of codec_app_def.h 2.3, on 64-bit Linux. */
const at = {
  strides: 4,
  planes: 24,
  pictureWidth: 56,
  time: 64,
  layers: 8,
  frameType: 5128,
  unitCount: 16,
  unitLengths: 24,
  unitBytes: 32,
} as const;
const parameterBytes = 920;
const pictureBytes = 72;
const resultBytes = 5144;
const layerBytes = 40;
const sliceMode = 32;
const realTimeVideo = 0;
const byBitrate = 1;
const lowComplexity = 0;
const constantIds = 0;
const planar420 = 23;
const frameLeftOut = 4;
const allLayers = 4;
const optionDataFormat = 0;
const optionBitrate = 5;
const optionMaxBitrate = 6;
const optionTraceLevel = 25;
