import koffi from "koffi";
import type { H264Encoder, H264StreamOptions, H264View, Yuv420Planes } from "./h264Encoder.ts";
import { loadLibrary } from "./loadLibrary.ts";

/**
 * libx264, of the one version whose structures are known here: the number is part of its file's name and of
 * `x264_encoder_open_164`, so that another one is not mistaken for it. Undefined: it is not on this host.
 */
export const x264Library = loadLibrary("libx264.so.164", (library) => ({
  defaultPreset: library.func("int x264_param_default_preset(void *, str, str)"),
  parse: library.func("int x264_param_parse(void *, str, str)"),
  applyProfile: library.func("int x264_param_apply_profile(void *, str)"),
  initPicture: library.func("void x264_picture_init(void *)"),
  open: library.func("void *x264_encoder_open_164(void *)"),
  reconfigure: library.func("int x264_encoder_reconfig(void *, void *)"),
  encode: library.func("int x264_encoder_encode(void *, void *, void *, void *, void *)"),
  close: library.func("void x264_encoder_close(void *)"),
}));

export function openX264(options: H264StreamOptions): H264Encoder {
  return new X264(options);
}

class X264 implements H264Encoder {
  readonly name = "x264";
  readonly #library: NonNullable<ReturnType<typeof x264Library>>;
  readonly #parameters = Buffer.alloc(parameterBytes);
  readonly #picture = Buffer.alloc(pictureBytes);
  readonly #pictureOut = Buffer.alloc(pictureBytes);
  readonly #units = Buffer.alloc(8);
  readonly #unitCount = Buffer.alloc(4);
  #encoder: unknown;
  #pictures = 0n;
  #kilobits: number;
  #view: H264View = "main";
  /** Pictures of both views come by turns. */
  #isMixed: boolean;

  constructor({ width, height, framesPerSecond, kilobits, isDual = false }: H264StreamOptions) {
    const library = x264Library();
    if (library === undefined) throw new Error("libx264.so.164 is not on this host");
    this.#library = library;
    this.#kilobits = kilobits;
    this.#isMixed = isDual;
    if (library.defaultPreset(this.#parameters, preset, "zerolatency") < 0) throw new Error(`x264 has no ${preset}`);
    this.#parameters.writeInt32LE(width, at.width);
    this.#parameters.writeInt32LE(height, at.height);
    this.#parameters.writeInt32LE(logNothing, at.logLevel);
    this.#set({ ...always, fps: `${framesPerSecond}/1`, ...(isDual ? dual : {}), ...this.#mixture() });
    if (library.applyProfile(this.#parameters, "high") < 0) throw new Error("x264 refuses the profile high");
    this.#encoder = library.open(this.#parameters);
    if (this.#encoder === null) throw new Error(`x264 opens no stream of ${width}x${height}`);
    library.initPicture(this.#picture);
    this.#picture.writeInt32LE(planar420, at.format);
    this.#picture.writeInt32LE(3, at.planeCount);
    for (const [index, stride] of [width, width / 2, width / 2].entries()) {
      this.#picture.writeInt32LE(stride, at.strides + index * 4);
    }
  }

  encode({ luma, blue, red }: Yuv420Planes, view: H264View = "main"): Uint8Array {
    this.#noteView(view);
    for (const [index, plane] of [luma, blue, red].entries()) {
      this.#picture.writeBigUInt64LE(plane, at.planes + index * 8);
    }
    this.#picture.writeBigInt64LE(this.#pictures++, at.time);
    const { encode } = this.#library;
    const bytes: number = encode(this.#encoder, this.#units, this.#unitCount, this.#picture, this.#pictureOut);
    if (bytes < 0) throw new Error("x264 could not encode a picture");
    if (bytes === 0) return new Uint8Array(0);
    // The units lie one behind the other; the first one says where.
    const first = Buffer.from(koffi.view(this.#units.readBigUInt64LE(0), unitBytes));
    return new Uint8Array(koffi.view(first.readBigUInt64LE(at.unitPayload), bytes));
  }

  setRate(kilobits: number): void {
    this.#kilobits = kilobits;
    this.#reconfigure();
  }

  [Symbol.dispose](): void {
    if (this.#encoder === null) return;
    this.#library.close(this.#encoder);
    this.#encoder = null;
  }

  /** A stream begins mixed, so that there is room for it; where one view follows itself it costs as one alone. */
  #noteView(view: H264View): void {
    const isMixed = view !== this.#view || (this.#pictures === 0n && this.#isMixed);
    this.#view = view;
    if (isMixed === this.#isMixed) return;
    this.#isMixed = isMixed;
    this.#reconfigure();
  }

  #reconfigure(): void {
    this.#set(this.#mixture());
    if (this.#library.reconfigure(this.#encoder, this.#parameters) < 0) throw new Error("x264 refuses the rate");
  }

  /**
   * By turns, the last picture but one is looked at too, and they are made better: a colour's error weighs twice in the
   * pixel, and letters take more than films.
   */
  #mixture(): Readonly<Record<string, string>> {
    if (!this.#isMixed) return { ref: "1", crf: filmQuality, ...rate(this.#kilobits) };
    return { ref: "2", crf: colourQuality, ...rate(this.#kilobits * 4) };
  }

  #set(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.#library.parse(this.#parameters, name, value) !== 0) throw new Error(`x264 refuses ${name}=${value}`);
    }
  }
}

/**
 * Even quality up to the rate; a picture may take a third of a second's worth, so that nothing waits long behind it.
 */
function rate(kilobits: number): Readonly<Record<string, string>> {
  return { "vbv-maxrate": String(kilobits), "vbv-bufsize": String(Math.ceil(kilobits / 3)) };
}

const preset = "superfast";
const filmQuality = "23";
const colourQuality = "18";
const always = {
  keyint: "infinite",
  threads: "1",
  "repeat-headers": "1",
  annexb: "1",
  aud: "0",
  colormatrix: "bt709",
  colorprim: "bt709",
  transfer: "bt709",
  fullrange: "on",
};
/** Another view is not another scene. */
const dual = { scenecut: "0" };
/** Offsets of x264.h, build 164, on 64-bit Linux. */
const at = {
  width: 28,
  height: 32,
  logLevel: 528,
  time: 16,
  format: 40,
  planeCount: 44,
  strides: 48,
  planes: 64,
  unitPayload: 24,
} as const;
const parameterBytes = 1024;
const pictureBytes = 240;
const unitBytes = 40;
const planar420 = 2;
const logNothing = -1;
