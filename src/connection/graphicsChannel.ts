import { decode, encode } from "#base/bytes/codec.ts";
import { graphicsCommand, graphicsCommands } from "#protocol/channels/graphics/graphicsCommands.ts";
import { chooseGraphicsVersion } from "#protocol/channels/graphics/graphicsVersion.ts";
import { ZgfxCompressor } from "#codecs/zgfx/compressor.ts";

export interface GraphicsChannelOwner {
  send(message: Uint8Array): void;
  /** The client has said what it can, and was told what we do. */
  agreed(): void;
  acknowledged(frame: number): void;
  suspended(suspended: boolean): void;
}

/** The client's half of RDPGFX: versions agreed on, frames acknowledged. Pictures go out by the pipeline. MS-RDPEGFX 3.3.5 */
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
          this.#owner.send(unpacked(encode(graphicsCommand, { is: "capsConfirm", set: { version: chosen.version, flags: chosen.flags } })));
          this.#owner.agreed();
          break;
        }
        case "frameAcknowledge":
          this.#owner.suspended(command.queueDepth === "suspended");
          this.#owner.acknowledged(command.frameId);
          break;
        default:
          break;
      }
    }
  }
}

/** Before pictures begin, nothing is compressed. */
function unpacked(message: Uint8Array): Uint8Array {
  return new ZgfxCompressor({ compress: false }).compress(message);
}
