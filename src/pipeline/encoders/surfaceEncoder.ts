import { crop, type Pixels } from "#base/pixels.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import { encodeNscodec } from "#codecs/nscodec/encode.ts";
import { RemoteFxEncoder } from "#codecs/remotefx/remoteFxEncoder.ts";
import type { EncodeTile } from "#codecs/remotefx/tile.ts";
import { fastPathSurfaceCommands } from "#protocol/share/output/fastPathUpdate.ts";
import type { SurfaceCommand } from "#protocol/share/output/surfaceCommand.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";
import { BitmapEncoder } from "./bitmapEncoder.ts";
import type { FastPathOutputOptions } from "./fastPathOutput.ts";
import { Operations, type OperationCount } from "./operations.ts";
import { pictureQuality } from "./pictureQuality.ts";
import { noOrders, type OrderAbilities } from "./orderAbilities.ts";
import type { TileNames } from "./tileNames.ts";

export interface SurfaceEncoderOptions extends FastPathOutputOptions {
  readonly codec: "remoteFx" | "nsCodec";
  /** The number by which the client calls the codec. */
  readonly codecId: number;
  readonly bitsPerPixel: 24 | 32;
  readonly skipAlpha: boolean;
  readonly frameMarkers: boolean;
  readonly acknowledged: boolean;
  /** Absent: none. */
  readonly orders?: OrderAbilities;
  /** What tiles are called in the client's caches; absent: names that nobody else has. */
  readonly names?: TileNames;
  /** RemoteFX tiles by a faster way than the reference. */
  readonly encodeTile?: EncodeTile;
}

/**
 * Clients without RDPGFX that take surface commands: drawing orders as far as they take those, exact bitmaps for what
 * packs well so (text, smooth shapes), RemoteFX or NSCodec for pictures, which become exact when they stand still.
 */
export class SurfaceEncoder implements Encoder {
  readonly name: string;
  readonly acknowledged: boolean;
  readonly tellsSize = false;
  readonly movesParts: boolean;
  readonly #options: SurfaceEncoderOptions;
  readonly #remoteFx: RemoteFxEncoder;
  readonly #exact: BitmapEncoder;
  readonly #operations = new Operations();

  constructor(options: SurfaceEncoderOptions) {
    this.#options = options;
    this.acknowledged = options.acknowledged;
    this.name = options.codec === "remoteFx" ? "RemoteFX by surface commands" : "NSCodec by surface commands";
    const { encodeTile, bitsPerPixel, orders = noOrders } = options;
    this.movesParts = orders.copies;
    this.#remoteFx = new RemoteFxEncoder({ entropy: "rlgr3", ...(encodeTile === undefined ? {} : { encodeTile }) });
    this.#exact = new BitmapEncoder({ ...options, depth: bitsPerPixel, orders, operations: this.#operations });
  }

  get operations(): readonly OperationCount[] {
    return this.#operations.counts;
  }

  nameBy(names: TileNames): void {
    this.#exact.nameBy(names);
  }

  begin(size: Size): readonly Outgoing[] {
    return this.#exact.begin(size);
  }

  encode(frame: Frame): EncodedFrame {
    const drawing = this.#exact.drawing(frame);
    const bytesPerPixelMax = frame.exact ? Number.POSITIVE_INFINITY : exactBytesPerPixelMax;
    const lossy = drawing.others.filter((area) => !drawing.draw(area, { bytesPerPixelMax }));
    const pictures = lossy.length === 0 ? [] : this.#picturesOf(frame, lossy);
    const settled = drawing.settled;
    return { messages: this.#inFrame(frame, [...drawing.messages(), ...pictures]), lossy, settled };
  }

  #picturesOf(frame: Frame, areas: readonly Rectangle[]): readonly Outgoing[] {
    const { codec } = this.#options;
    const messages = codec === "remoteFx" ? this.#remoteFxOf(frame, areas) : this.#nsCodecOf(frame.pixels, areas);
    const bytes = messages.reduce((sum, message) => sum + message.bytes.length, 0);
    this.#operations.count(codec, areas.length, bytes);
    return messages;
  }

  #remoteFxOf(frame: Frame, areas: readonly Rectangle[]): readonly Outgoing[] {
    const { pixels } = frame;
    const data = this.#remoteFx.encodeFrame(pixels, areas, { quality: pictureQuality(frame, areas) });
    return [this.#surface({ is: "streamSurfaceBits", destination: { x: 0, y: 0, ...sizeOf(pixels) }, data })];
  }

  #nsCodecOf(pixels: Pixels, areas: readonly Rectangle[]): readonly Outgoing[] {
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

  #inFrame(frame: Frame, messages: readonly Outgoing[]): readonly Outgoing[] {
    if (!this.#options.frameMarkers) return messages;
    const mark = (action: "begin" | "end") => this.#commands([{ is: "frameMarker", action, frameId: frame.id }]);
    return [mark("begin"), ...messages, mark("end")];
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

/** Raw is three bytes a pixel; photographs and noise come near it, text stays far below. */
const exactBytesPerPixelMax = 1.2;
