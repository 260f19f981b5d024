import type { Size } from "#base/geometry.ts";
import { openOpenh264, openh264Library } from "./openh264.ts";
import { openX264, x264Library } from "./x264.ts";

/** One stream of pictures of one size. Whoever opened it closes it. */
export interface H264Encoder extends Disposable {
  readonly name: H264EncoderName;
  /**
   * The next picture as an access unit with start codes (ITU-T H.264 annex B); lent until the next call. The first is
   * a key frame with its parameter sets. Empty: the encoder has left this picture out.
   */
  encode(planes: Yuv420Planes, view?: H264View): Uint8Array;
  /** From the next picture on, in kilobits a second. */
  setRate(kilobits: number): void;
}

/**
 * Which of the two pictures of YUV444: each is more like its own predecessor than like the other one. Absent: "main".
 */
export type H264View = "main" | "chroma";

/** Addresses of samples, a byte each, without gaps: all of brightness, a quarter of blue and of red. */
export interface Yuv420Planes {
  readonly luma: bigint;
  readonly blue: bigint;
  readonly red: bigint;
}

export interface H264StreamOptions extends Size {
  readonly framesPerSecond: number;
  /**
   * At most, a second, with so many frames. While pictures of both views come by turns: four times as much for each.
   */
  readonly kilobits: number;
  /** Pictures of both views will come, by turns or now and then. */
  readonly isDual?: boolean;
}

export type H264EncoderName = "x264" | "openh264";

/**
 * The encoders whose libraries are on this host, the better one first: x264 makes smaller pictures in less time, and is
 * there only where somebody has installed it. `wanted`: this one alone; the other one's library is not touched.
 */
export function h264Encoders(wanted?: H264EncoderName): readonly H264EncoderName[] {
  const isThere = { x264: () => x264Library() !== undefined, openh264: () => openh264Library() !== undefined };
  return (["x264", "openh264"] as const).filter((name) => (wanted ?? name) === name && isThere[name]());
}

/**
 * Whether it keeps two views in one stream apart. openh264 compares each picture with the one before and nothing else,
 * and needs ten times the bytes.
 */
export function canEncodeDual(name: H264EncoderName): boolean {
  return name === "x264";
}

/**
 * Opens a stream. Both sides of the picture are even. "Dual" is only for those who can. Throws when the library will
 * not have it.
 */
export function openH264Encoder(name: H264EncoderName, options: H264StreamOptions): H264Encoder {
  if (options.width % 2 !== 0 || options.height % 2 !== 0) throw new RangeError("a side of the picture is odd");
  if (options.isDual === true && !canEncodeDual(name)) throw new RangeError(`${name} mixes two views up`);
  return name === "x264" ? openX264(options) : openOpenh264(options);
}
