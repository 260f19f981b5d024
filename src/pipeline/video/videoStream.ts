import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { ChromaForm } from "#codecs/yuv420/chromaView.ts";

/** One encoder at work, for one size of picture. Whoever opened it closes it. */
export interface VideoStream {
  /** How it carries the colours of each pixel; undefined: only those of squares of four. */
  readonly colours: ChromaForm | undefined;
  /**
   * Copies `region` of `pixels` before it returns, and resolves with what the encoder makes of it, or undefined when
   * this picture is left out. Asked again only after that. Rejects when the encoder is lost, or late: then the stream
   * is of no use any more. `withoutColours`: they are left for later.
   */
  encode(
    pixels: Pixels,
    region: Rectangle,
    options: { readonly kilobits: number; readonly withoutColours?: boolean },
  ): Promise<VideoUnits | undefined>;
  /** As `encode`, for the colours of the last picture, which came without; once for a picture. */
  encodeColours(kilobits: number): Promise<VideoUnits | undefined>;
  close(): void;
}

/** Access units (ITU-T H.264 annex B), given. In a stream with colours either may be absent. */
export interface VideoUnits {
  readonly main?: Uint8Array;
  readonly chroma?: Uint8Array;
}

export interface VideoStreamOptions extends Size {
  readonly framesPerSecond: number;
  readonly kilobits: number;
  /** Wanted, where the encoder can; both sides are multiples of 16 then. */
  readonly colours?: ChromaForm | undefined;
}

/** Where streams come from. */
export interface VideoStreams {
  /** False: there is no use in asking now. */
  readonly isAvailable: boolean;
  /** Resolves with undefined when none can be had; both sides of the picture are even. */
  open(options: VideoStreamOptions): Promise<VideoStream | undefined>;
}
