import { decode, encode } from "#base/bytes/codec.ts";
import type { Size } from "#base/geometry.ts";
import { ConnectDynamicChannels } from "#protocol/channels/dynamic/connectDynamicChannels.ts";
import {
  displayControlChannelName,
  dynamicChannelsName,
  graphicsChannelName,
} from "#protocol/channels/channelNames.ts";
import type { GraphicsCapabilitySet } from "#protocol/channels/graphics/capabilitySet.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import { displayControlMessage } from "#protocol/channels/displayControl/displayControl.ts";
import { monitorLayoutEntries } from "#protocol/channels/displayControl/monitorLayout.ts";
import { ChannelReassembler } from "#protocol/channels/static/channelReassembler.ts";
import { splitChannelMessage } from "#protocol/channels/static/channelSplitter.ts";
import type { StaticChannel } from "#protocol/sequences/connect/connectState.ts";
import { GraphicsChannel, type GraphicsChannelOwner } from "./graphicsChannel.ts";

export interface ClientChannelsOwner extends Omit<GraphicsChannelOwner, "send"> {
  /** One chunk for a static channel, header included. */
  sendChunk(channel: StaticChannel, chunk: Uint8Array): void;
  /** What is said on the graphics channel instead of this; absent: the same. */
  answerOf?(command: GraphicsCommand): readonly GraphicsCommand[];
  /** What is said once the server has chosen a version; absent or undefined: nothing. */
  offer?(): GraphicsCommand | undefined;
  /** A whole message of a static channel that is not spoken here; lent. */
  message(channel: string, message: Uint8Array): void;
}

/** A client's static channels, and in drdynvc the graphics pipeline and display control. Throws DecodeError. */
export class ClientChannels {
  readonly #owner: ClientChannelsOwner;
  readonly #reassemblers = new Map<number, ChannelReassembler>();
  readonly #dynamic = new ConnectDynamicChannels([graphicsChannelName, displayControlChannelName]);
  readonly #graphics: GraphicsChannel;
  #carrier: StaticChannel | undefined;
  /** The server has said what layouts it takes. */
  #takesLayouts = false;

  constructor(owner: ClientChannelsOwner) {
    this.#owner = owner;
    this.#graphics = new GraphicsChannel({
      send: (message) => this.#sendDynamic(graphicsChannelName, message),
      answerOf: (command) => owner.answerOf?.(command) ?? [command],
      offer: () => owner.offer?.(),
      apply: (command) => owner.apply(command),
      present: () => owner.present(),
      frameEnded: () => owner.frameEnded(),
    });
  }

  /** Whether `resize` can do anything. */
  get takesLayouts(): boolean {
    return this.#takesLayouts;
  }

  /** What the server has chosen of the graphics pipeline. */
  get graphics(): GraphicsCapabilitySet | undefined {
    return this.#graphics.chosen;
  }

  receive(channel: StaticChannel, chunk: Uint8Array): void {
    let reassembler = this.#reassemblers.get(channel.id);
    if (reassembler === undefined) {
      reassembler = new ChannelReassembler();
      this.#reassemblers.set(channel.id, reassembler);
    }
    const message = reassembler.receive(chunk);
    if (message === undefined) return;
    if (channel.name !== dynamicChannelsName) return this.#owner.message(channel.name, message);
    this.#carrier = channel;
    this.#receiveDynamic(message);
  }

  send(channel: StaticChannel, message: Uint8Array): void {
    for (const chunk of splitChannelMessage(message)) this.#owner.sendChunk(channel, chunk);
  }

  /**
   * One monitor of this size, please: the width is made even. False: the server takes no wishes. MS-RDPEDISP 2.2.2.2
   */
  resize({ width, height }: Size): boolean {
    if (!this.#takesLayouts) return false;
    const desktop = { x: 0, y: 0, width: width - (width % 2), height };
    const monitors = [{ ...desktop, primary: true, orientation: "landscape" }] as const;
    const entries = monitorLayoutEntries({ monitors, desktop });
    const wish = encode(displayControlMessage, { is: "monitorLayoutRequest", monitors: entries });
    this.#sendDynamic(displayControlChannelName, wish);
    return true;
  }

  #receiveDynamic(message: Uint8Array): void {
    for (const event of this.#dynamic.receive(message)) {
      if (event.is === "opened" && event.channel.name === graphicsChannelName) this.#graphics.opened();
      if (event.is === "closed" && event.channel.name === displayControlChannelName) this.#takesLayouts = false;
      if (event.is !== "message") continue;
      if (event.channel.name === graphicsChannelName) this.#graphics.receive(event.message);
      else if (decode(displayControlMessage, event.message).is === "displayControlCapabilities") {
        this.#takesLayouts = true;
      }
    }
    this.#flush();
  }

  #sendDynamic(name: string, message: Uint8Array): void {
    const channel = this.#dynamic.channel(name);
    if (channel === undefined) return;
    this.#dynamic.send(channel, message);
    this.#flush();
  }

  #flush(): void {
    const carrier = this.#carrier;
    if (carrier === undefined) return;
    for (let output = this.#dynamic.takeOutput(); output !== undefined; output = this.#dynamic.takeOutput()) {
      this.send(carrier, output);
    }
  }
}
