import { decode, encode } from "#base/bytes/codec.ts";
import {
  graphicsCommand,
  graphicsCommands,
  type GraphicsCommand,
} from "#protocol/channels/graphics/graphicsCommands.ts";
import { uncompressed } from "#pipeline/encoders/graphicsEncoder.ts";
import type { OfferedTile } from "#pipeline/encoders/tileCache.ts";
import { chooseGraphicsVersion, type GraphicsFeatures } from "#protocol/channels/graphics/graphicsVersion.ts";

export interface GraphicsChannelOwner {
  send(message: Uint8Array): void;
  /** Says it in its place among pictures. False: there are none yet, and it can be sent as it is. */
  say(command: GraphicsCommand): boolean;
  /** The client has kept these pictures from earlier connections. False: they are not wanted. */
  offered(tiles: readonly OfferedTile[]): boolean;
  /** The client has said what it can, and was told what we do. */
  agreed(features: GraphicsFeatures): void;
  acknowledged(frame: number): void;
  suspended(suspended: boolean): void;
}

/**
 * The client's half of RDPGFX: versions agreed on, frames acknowledged. Pictures go out by the pipeline. MS-RDPEGFX
 * 3.3.5
 */
export class GraphicsChannel {
  readonly #owner: GraphicsChannelOwner;

  constructor(owner: GraphicsChannelOwner) {
    this.#owner = owner;
  }

  /** One message of the channel. Throws DecodeError. */
  receive(message: Uint8Array): void {
    for (const command of decode(graphicsCommands, message)) {
      switch (command.is) {
        case "capsAdvertise": {
          const chosen = chooseGraphicsVersion(command.sets);
          if (chosen === undefined) break;
          this.#say({ is: "capsConfirm", set: { version: chosen.version, flags: chosen.flags } });
          this.#owner.agreed(chosen.features);
          break;
        }
        case "cacheImportOffer":
          // It waits for an answer.
          if (!this.#owner.offered(command.entries)) this.#say({ is: "cacheImportReply", cacheSlots: [] });
          break;
        case "frameAcknowledge":
          this.#owner.suspended(command.queueDepth === "suspended");
          this.#owner.acknowledged(command.frameId);
          break;
        default:
          break;
      }
    }
  }

  #say(command: GraphicsCommand): void {
    if (!this.#owner.say(command)) this.#owner.send(uncompressed(encode(graphicsCommand, command)));
  }
}
