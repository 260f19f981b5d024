import type { Rectangle } from "#base/geometry.ts";
import type { Outgoing } from "../encoder.ts";
import type { VideoStreams } from "./videoStream.ts";

/** Where a film is shown, and the client's surface for it. */
export interface VideoPart {
  readonly region: Rectangle;
  readonly surfaceId: number;
}

/** How a client is told of films. */
export interface VideoShower {
  readonly streams: VideoStreams;
  /** Not in use now. */
  newSurfaceId(): number;
  begin(part: VideoPart): readonly Outgoing[];
  /** The next picture of the stream, of which `areas` of the screen are to be shown, as a frame of its own. */
  show(part: VideoPart, picture: VideoPicture): readonly Outgoing[];
  end(part: VideoPart): readonly Outgoing[];
}

export interface VideoPicture {
  readonly frame: number;
  /** An access unit of H.264. */
  readonly stream: Uint8Array;
  readonly areas: readonly Rectangle[];
}
