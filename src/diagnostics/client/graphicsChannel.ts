import { decode, encode } from "#base/bytes/codec.ts";
import type { GraphicsCapabilitySet } from "#protocol/channels/graphics/capabilitySet.ts";
import {
  graphicsCommand,
  graphicsCommands,
  type GraphicsCommand,
} from "#protocol/channels/graphics/graphicsCommands.ts";
import { ZgfxDecompressor } from "#codecs/zgfx/decompressor.ts";

export interface GraphicsChannelOwner {
  /** A command that draws. */
  apply(command: GraphicsCommand): void;
  /** Nothing more belongs to what was drawn: show it. */
  present(): void;
  frameEnded(): void;
}

interface Connected extends GraphicsChannelOwner {
  /** What is said instead of this; the same as a rule. */
  answerOf(command: GraphicsCommand): readonly GraphicsCommand[];
  /** What the client has kept, once it knows how large its cache is; undefined: nothing. */
  offer(): GraphicsCommand | undefined;
  send(message: Uint8Array): void;
}

/**
 * The client's half of RDPGFX: what it can, the server's commands, an acknowledgement for each frame. MS-RDPEGFX 3.2.5
 */
export class GraphicsChannel {
  readonly #owner: Connected;
  #zgfx = new ZgfxDecompressor();
  #isInFrame = false;
  #framesDecoded = 0;
  #chosen: GraphicsCapabilitySet | undefined;

  constructor(owner: Connected) {
    this.#owner = owner;
  }

  /** The server's choice among the versions that were offered. */
  get chosen(): GraphicsCapabilitySet | undefined {
    return this.#chosen;
  }

  opened(): void {
    this.#zgfx = new ZgfxDecompressor();
    this.#isInFrame = false;
    this.#framesDecoded = 0;
    this.#say({ is: "capsAdvertise", sets: offeredSets });
  }

  /** One message of the channel. Throws DecodeError. */
  receive(message: Uint8Array): void {
    for (const command of decode(graphicsCommands, this.#zgfx.decompress(message))) this.#receiveCommand(command);
    if (!this.#isInFrame) this.#owner.present();
  }

  #receiveCommand(command: GraphicsCommand): void {
    switch (command.is) {
      case "capsConfirm": {
        this.#chosen = command.set;
        const offer = this.#owner.offer();
        return offer && this.#say(offer);
      }
      case "startFrame":
        this.#isInFrame = true;
        return;
      case "endFrame": {
        this.#isInFrame = false;
        this.#framesDecoded++;
        this.#owner.present();
        this.#owner.frameEnded();
        const { frameId } = command;
        const framesDecoded = this.#framesDecoded;
        return this.#say({ is: "frameAcknowledge", queueDepth: "unavailable", frameId, framesDecoded });
      }
      default:
        return this.#owner.apply(command);
    }
  }

  #say(command: GraphicsCommand): void {
    for (const said of this.#owner.answerOf(command)) this.#owner.send(encode(graphicsCommand, said));
  }
}

/** Without H.264, which is not decoded here. */
const offeredSets: readonly GraphicsCapabilitySet[] = [
  { version: "8.0", flags: [] },
  { version: "8.1", flags: [] },
  { version: "10.0", flags: ["avcDisabled"] },
  { version: "10.4", flags: ["avcDisabled"] },
  { version: "10.6", flags: ["avcDisabled"] },
];
