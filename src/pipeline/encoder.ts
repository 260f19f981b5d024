import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

/** Bytes ready for the wire: whole fast-path messages, or one message for the graphics channel. */
export interface Outgoing {
  readonly to: "wire" | "graphics";
  readonly bytes: Uint8Array;
}

export interface Frame {
  /** Counts from 1. */
  readonly id: number;
  /** The shadow: areas are read from it, and stay the same during the call. */
  readonly pixels: Pixels;
  /** None larger than a tile, none empty. */
  readonly areas: readonly Rectangle[];
  /** True: without loss, whatever it costs. */
  readonly exact: boolean;
}

export interface EncodedFrame {
  readonly messages: readonly Outgoing[];
  /** Which of the areas the client will not have exactly. */
  readonly lossy: readonly Rectangle[];
}

/** How frames are said to one client: chosen once, by its capabilities. */
export interface Encoder {
  /** For people: "progressive and planar by RDPGFX". */
  readonly name: string;
  /** Whether the client acknowledges each frame by its id. */
  readonly acknowledged: boolean;
  /**
   * Whether `begin` tells the client the size; otherwise the share has to be taken down and up again for another one.
   */
  readonly tellsSize: boolean;
  /** What is said when a desktop of this size begins. */
  begin(size: Size): readonly Outgoing[];
  encode(frame: Frame): EncodedFrame;
}
