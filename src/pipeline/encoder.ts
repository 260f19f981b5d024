import type { Rectangle, Size } from "#base/geometry.ts";
import type { RejectableCodec } from "#base/rejectableCodec.ts";
import type { Monitor } from "#desktop/desktop.ts";
import type { Pixels } from "#base/pixels.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { Copy } from "./copies/copySearch.ts";
import type { OperationCount } from "./encoders/operations.ts";
import type { OfferedTile } from "./encoders/tileCache.ts";
import type { TileNames } from "./encoders/tileNames.ts";
import type { VideoShower } from "./video/videoShower.ts";

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
  /** What the client moves before anything else, in this order; the shadow is as it is after them, and the areas. */
  readonly copies: readonly Copy[];
  /** None larger than a tile, none empty. */
  readonly areas: readonly Rectangle[];
  /** Whether the client has something of this tile only nearly, and not by this frame. */
  isNearly(tile: Rectangle): boolean;
  /** True: without loss, whatever it costs. */
  readonly exact: boolean;
}

export interface EncodedFrame {
  readonly messages: readonly Outgoing[];
  /** Which of the areas the client will not have exactly. */
  readonly lossy: readonly Rectangle[];
  /** Tiles that the client has exactly now, whatever of them it had only nearly before. */
  readonly settled?: readonly Rectangle[];
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
  /** Whether the client can move parts of its picture: `copies` of a frame; otherwise there are none. */
  readonly movesParts: boolean;
  /** Whether it can keep what windows cover on a surface of its own: copies with `ground`; otherwise there are none. */
  readonly keepsGround?: boolean;
  /** How films are shown to this client; absent: it takes none, or there is nobody who could make them. */
  readonly video?: VideoShower | undefined;
  /** What has been done so far, where it is counted. */
  readonly operations?: readonly OperationCount[];
  /** Of RDPGFX: the first frame that had each of the codecs which clients have been seen to reject. */
  readonly firstFrames?: ReadonlyMap<RejectableCodec, number>;
  /** What begins from now on is somebody's desktop: in the client's caches it has these names. */
  nameBy?(names: TileNames): void;
  /**
   * Of RDPGFX: what the client has kept from earlier connections. It is answered now, or when the first desktop begins
   * that is somebody's.
   */
  offer?(tiles: readonly OfferedTile[]): readonly Outgoing[];
  /** What is said when a desktop of this size begins. `monitors`: several, in places of the desktop, or none. */
  begin(size: Size, monitors?: readonly Monitor[]): readonly Outgoing[];
  encode(frame: Frame): EncodedFrame;
  /** Of RDPGFX: a command that is no picture, as the client reads it among the pictures. */
  say?(command: GraphicsCommand): Outgoing;
}
