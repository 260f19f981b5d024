import { dynamicChannelsName } from "#protocol/channels/channelNames.ts";
import { AcceptDynamicChannels } from "#protocol/channels/dynamic/acceptDynamicChannels.ts";
import type { DynamicChannel } from "#protocol/channels/dynamic/openChannels.ts";
import { ChannelReassembler } from "#protocol/channels/static/channelReassembler.ts";
import { splitChannelMessage } from "#protocol/channels/static/channelSplitter.ts";
import type { Joined, StaticChannel } from "#protocol/sequences/accept/acceptState.ts";
import { channelBytes } from "#protocol/sequences/accept/outgoing.ts";

/** Someone who takes the messages of one dynamic channel. */
export interface DynamicListener {
  opened(send: (message: Uint8Array) => void): void;
  received(message: Uint8Array): void;
  /** The client has no such channel, or closed it. */
  gone(): void;
}

/** The virtual channels of one connection: chunks in, messages out to those who listen by name. */
export class Channels {
  readonly #write: (pieces: readonly Uint8Array[]) => void;
  readonly #drdynvc: StaticChannel | undefined;
  readonly #listeners: ReadonlyMap<string, DynamicListener>;
  readonly #reassembler = new ChannelReassembler();
  readonly #dynamic = new AcceptDynamicChannels();
  #without: readonly string[] = [];

  constructor(options: {
    readonly joined: Joined;
    readonly write: (pieces: readonly Uint8Array[]) => void;
    readonly listeners: ReadonlyMap<string, DynamicListener>;
  }) {
    this.#write = options.write;
    this.#listeners = options.listeners;
    this.#drdynvc = options.joined.channels.find(({ name }) => name.toLowerCase() === dynamicChannelsName);
  }

  get hasDynamic(): boolean {
    return this.#drdynvc !== undefined;
  }

  /** To be called once the connection is active. `without`: those that are not to be opened. */
  start(options: { readonly without: readonly string[] }): void {
    if (this.#drdynvc === undefined) return;
    this.#without = options.without;
    this.#dynamic.start();
    this.#flush();
  }

  /**
   * One chunk of a static channel. Throws DecodeError. Other channels than the dynamic ones' (clipboard, sound, drives)
   * have no listener: nothing of them is kept, since messages may be long and have no end.
   */
  receiveChunk(channel: StaticChannel, chunk: Uint8Array): void {
    if (channel.id !== this.#drdynvc?.id) return;
    const message = this.#reassembler.receive(chunk);
    if (message !== undefined) this.#receiveDynamic(message);
  }

  #receiveDynamic(message: Uint8Array): void {
    for (const event of this.#dynamic.receive(message)) {
      switch (event.is) {
        case "ready":
          for (const name of this.#listeners.keys()) if (!this.#without.includes(name)) this.#dynamic.open(name);
          break;
        case "opened":
          this.#listeners.get(event.channel.name)?.opened((bytes) => this.#send(event.channel, bytes));
          break;
        case "message":
          this.#listeners.get(event.channel.name)?.received(event.message);
          break;
        case "notOpened":
        case "closed":
          this.#listeners.get(event.channel.name)?.gone();
          break;
      }
    }
    this.#flush();
  }

  #send(channel: DynamicChannel, message: Uint8Array): void {
    this.#dynamic.send(channel, message);
    this.#flush();
  }

  #flush(): void {
    if (this.#drdynvc === undefined) return;
    const { id } = this.#drdynvc;
    const pieces: Uint8Array[] = [];
    for (let next = this.#dynamic.takeOutput(); next !== undefined; next = this.#dynamic.takeOutput()) {
      for (const chunk of splitChannelMessage(next)) pieces.push(channelBytes(id, chunk));
    }
    this.#write(pieces);
  }
}
