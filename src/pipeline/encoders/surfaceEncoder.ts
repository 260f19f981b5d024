import { crop, type Pixels } from "#base/pixels.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import { encodeNscodec } from "#codecs/nscodec/encode.ts";
import { RemoteFxEncoder } from "#codecs/remotefx/remoteFxEncoder.ts";
import type { EncodeTile } from "#codecs/remotefx/tile.ts";
import { fastPathSurfaceCommands } from "#protocol/share/output/fastPathUpdate.ts";
import type { SurfaceCommand } from "#protocol/share/output/surfaceCommand.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";
import { BitmapEncoder } from "./bitmapEncoder.ts";

export interface SurfaceEncoderOptions {
  readonly codec: "remoteFx" | "nsCodec";
  /** The number by which the client calls the codec. */
  readonly codecId: number;
  readonly bitsPerPixel: 24 | 32;
  readonly updateBytesMax: number;
  readonly skipAlpha: boolean;
  readonly frameMarkers: boolean;
  readonly acknowledged: boolean;
  /** RemoteFX tiles by a faster way than the reference. */
  readonly encodeTile?: EncodeTile;
}

/**
 * Surface commands for clients without RDPGFX: RemoteFX or NSCodec; exact areas come as planar or interleaved bitmaps.
 */
export class SurfaceEncoder implements Encoder {
  readonly name: string;
  readonly acknowledged: boolean;
  readonly tellsSize = false;
  readonly movesParts = false;
  readonly #options: SurfaceEncoderOptions;
  readonly #remoteFx: RemoteFxEncoder;
  readonly #exact: BitmapEncoder;

  constructor(options: SurfaceEncoderOptions) {
    this.#options = options;
    this.acknowledged = options.acknowledged;
    this.name = options.codec === "remoteFx" ? "RemoteFX by surface commands" : "NSCodec by surface commands";
    const { encodeTile, updateBytesMax, skipAlpha, bitsPerPixel } = options;
    this.#remoteFx = new RemoteFxEncoder({ entropy: "rlgr3", ...(encodeTile === undefined ? {} : { encodeTile }) });
    this.#exact = new BitmapEncoder({ depth: bitsPerPixel, updateBytesMax, skipAlpha });
  }

  begin(size: Size): readonly Outgoing[] {
    return this.#exact.begin(size);
  }

  encode(frame: Frame): EncodedFrame {
    if (frame.exact) return this.#inFrame(frame, this.#exact.encode(frame).messages, []);
    const pictures = this.#options.codec === "remoteFx" ? this.#remoteFxOf(frame) : this.#nsCodecOf(frame);
    return this.#inFrame(frame, pictures, frame.areas);
  }

  #remoteFxOf({ pixels, areas }: Frame): readonly Outgoing[] {
    const data = this.#remoteFx.encodeFrame(pixels, areas);
    return [this.#surface({ is: "streamSurfaceBits", destination: { x: 0, y: 0, ...sizeOf(pixels) }, data })];
  }

  #nsCodecOf({ pixels, areas }: Frame): readonly Outgoing[] {
    return areas.map((area) =>
      this.#surface({ is: "setSurfaceBits", destination: area, data: encodeNscodec(upsideDown(crop(pixels, area))) }),
    );
  }

  #surface(picture: {
    readonly is: "streamSurfaceBits" | "setSurfaceBits";
    readonly destination: Rectangle;
    readonly data: Uint8Array;
  }): Outgoing {
    const { is, destination, data } = picture;
    const { width, height } = destination;
    const { bitsPerPixel, codecId } = this.#options;
    return this.#commands([{ is, destination, bitmap: { bitsPerPixel, codecId, width, height, data } }]);
  }

  #inFrame(frame: Frame, messages: readonly Outgoing[], lossy: readonly Rectangle[]): EncodedFrame {
    if (!this.#options.frameMarkers) return { messages, lossy };
    const mark = (action: "begin" | "end") => this.#commands([{ is: "frameMarker", action, frameId: frame.id }]);
    return { messages: [mark("begin"), ...messages, mark("end")], lossy };
  }

  #commands(commands: readonly SurfaceCommand[]): Outgoing {
    const { updateBytesMax } = this.#options;
    return { to: "wire", bytes: fastPathSurfaceCommands(commands, { updateBytesMax }) };
  }
}

/**
 * Clients take the rows of NSCodec in surface commands from the bottom, as in all bitmaps (seen with xfreerdp 2.11).
 */
function upsideDown(pixels: Pixels): Pixels {
  return { ...pixels, offset: pixels.offset + (pixels.height - 1) * pixels.stride, stride: -pixels.stride };
}

function sizeOf({ width, height }: Pixels): Size {
  return { width, height };
}
