import { boolean, integer, object, oneOf, optional, text, variants, type ShapeValue } from "#base/shape/shape.ts";

const number = integer({ from: 0, to: 0xffff_ffff });
const side = integer({ from: 2, to: 8192 });

/**
 * What a connection says to an encoder of video, a JSON line each, over a socket of `RUN/video.sock`. One socket is one
 * stream of pictures of one size. With the first line comes an open file of `videoMemoryBytes`: first the picture
 * (blue, green, red, unused; no gaps), behind it what the encoder has made of it.
 */
export const videoRequestShape = variants({
  /** First of all; both sides are even. */
  open: object({
    width: side,
    height: side,
    framesPerSecond: integer({ from: 1, to: 240 }),
    kilobits: number,
    encoder: oneOf("auto", "x264", "openh264"),
    /** The client takes YUV444 in this form; both sides are multiples of 16. */
    colours: optional(oneOf("avc444", "avc444v2")),
  }),
  /**
   * The picture is there. One at a time: the next when the answer has come. `views`, for YUV444: "main" leaves its
   * colours for later, "chroma" brings those of the last picture; absent: both, if it has colours worth it.
   */
  encode: object({ number, kilobits: number, views: optional(oneOf("main", "chroma")) }),
});
export type VideoRequest = ShapeValue<typeof videoRequestShape>;

export const videoAnswerShape = variants({
  /** `encoder`: "x264", "openh264". `hasColours`: the stream is YUV444, as was asked. */
  opened: object({ encoder: text, hasColours: optional(boolean) }),
  /** There is no encoder on this host, or none for such pictures; nothing follows. */
  unavailable: object({ why: text }),
  /**
   * `bytes`: of the access unit with start codes; 0: the encoder has left this picture out. `chromaBytes`: of the one
   * with its colours, behind it.
   */
  encoded: object({ number, bytes: number, chromaBytes: optional(number) }),
});
export type VideoAnswer = ShapeValue<typeof videoAnswerShape>;

/** The memory of one stream, in bytes, and where what the encoder has made begins. */
export function videoMemory({ width, height }: { readonly width: number; readonly height: number }) {
  const pictureBytes = width * height * 4;
  return { codedAt: pictureBytes, length: pictureBytes + codedBytesMin + pictureBytes };
}

/** What the service tells an encoder at its start; later a socket with each `{}`, or one alone, which is answered. */
export const videoStartShape = object({
  /** Whom to become before the first stream; absent in single-user mode. */
  runAs: optional(object({ uid: integer({ from: 1, to: 0xfffffffe }), gid: integer({ from: 1, to: 0xfffffffe }) })),
});
export type VideoStart = ShapeValue<typeof videoStartShape>;

/** What an encoder tells the service, whenever it changes and whenever it is asked. */
export const videoPoolSays = object({ streams: number });

/** A key frame of noise is larger than half its picture only when that is tiny; there may be two of them. */
const codedBytesMin = 65_536;
