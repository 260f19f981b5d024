import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

/** One encoder at work, for one size of picture. Whoever opened it closes it. */
export interface VideoStream {
  /**
   * Copies `region` of `pixels` before it returns; resolves with the access unit (ITU-T H.264 annex B, given), or
   * undefined when this picture is left out. Asked again only after that. Rejects when the encoder is lost, or late:
   * then the stream is of no use any more.
   */
  encode(pixels: Pixels, region: Rectangle, kilobits: number): Promise<Uint8Array | undefined>;
  close(): void;
}

export interface VideoStreamOptions extends Size {
  readonly framesPerSecond: number;
  readonly kilobits: number;
}

/** Where streams come from. */
export interface VideoStreams {
  /** False: there is no use in asking now. */
  readonly isAvailable: boolean;
  /** Resolves with undefined when none can be had; both sides of the picture are even. */
  open(options: VideoStreamOptions): Promise<VideoStream | undefined>;
}
