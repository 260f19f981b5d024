import type { Rectangle, Size } from "#base/geometry.ts";
import type { ChromaForm } from "#codecs/yuv420/chromaView.ts";
import type { Outgoing } from "../encoder.ts";
import type { VideoStreams, VideoUnits } from "./videoStream.ts";

/** Where a film is shown, and the client's surface for it. */
export interface VideoPart {
  readonly region: Rectangle;
  readonly surfaceId: number;
  /** Of the surface and of the stream's pictures: the region's size, or a little more to the right and below. */
  readonly size: Size;
  /** How the stream carries the colours of each pixel; undefined: it does not. */
  readonly colours: ChromaForm | undefined;
}

/** How a client is told of films. */
export interface VideoShower {
  readonly streams: VideoStreams;
  /** How the client takes the colours of each pixel; undefined: it does not, or is not to. */
  readonly colours: ChromaForm | undefined;
  /** Not in use now. */
  newSurfaceId(): number;
  begin(part: VideoPart): readonly Outgoing[];
  /** The next picture of the stream, of which `areas` of the screen are to be shown, as a frame of its own. */
  show(part: VideoPart, picture: VideoPicture): readonly Outgoing[];
  end(part: VideoPart): readonly Outgoing[];
}

export interface VideoPicture {
  readonly frame: number;
  readonly units: VideoUnits;
  readonly areas: readonly Rectangle[];
}
