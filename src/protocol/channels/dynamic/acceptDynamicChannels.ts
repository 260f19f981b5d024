import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { splitDynamicData } from "./dynamicData.ts";
import { clientDynamicMessage, serverDynamicMessage, type ServerDynamicMessage } from "./dynamicMessages.ts";
import { OpenChannels, type DynamicChannel, type DynamicChannelEvent } from "./openChannels.ts";

/** The server's side of the dynamic channels of one connection: opens them, keeps their ids, puts messages together. */
export class AcceptDynamicChannels {
  readonly #open = new OpenChannels();
  /** Asked for, not yet answered. */
  readonly #asked = new Map<number, DynamicChannel>();
  readonly #output: Uint8Array[] = [];
  #version: number | undefined;
  #nextId = 1;

  /** The version agreed on; undefined before the client has answered. */
  get version(): number | undefined {
    return this.#version;
  }

  /** undefined: not open (any more). */
  channel(name: string): DynamicChannel | undefined {
    return this.#open.byName(name);
  }

  /** Takes one whole message of the static channel. Throws DecodeError; the connection cannot go on then. */
  receive(bytes: Uint8Array): readonly DynamicChannelEvent[] {
    const message = decode(clientDynamicMessage, bytes);
    switch (message.is) {
      case "capabilitiesResponse":
        return this.#receiveVersion(message.version);
      case "createResponse":
        return this.#receiveCreated(message.channelId, message.creationStatus);
      case "dataFirst":
        this.#expectGivenOut(message.channelId);
        return listed(this.#open.receiveFirst(message.channelId, message.length, message.data));
      case "data":
        this.#expectGivenOut(message.channelId);
        return listed(this.#open.receiveData(message.channelId, message.data));
      case "close": {
        // A client answers our own closing with one, and may close at the moment when we do.
        this.#expectGivenOut(message.channelId);
        const channel = this.#open.remove(message.channelId);
        return channel === undefined ? [] : [{ is: "closed", channel }];
      }
      case "softSyncResponse":
        throw new DecodeError({ is: "wrongValue", expected: "no soft-sync response", got: "one" }, 0);
    }
  }

  /**
   * Says what we speak; to be called once, first. Version 2 unless asked otherwise: version 3 adds compression and
   * tunnels, which we do not take.
   */
  start(options: { readonly version?: number } = {}): void {
    const version = options.version ?? 2;
    const charges = version === 1 ? {} : { priorityCharges: priorityChargesDefault };
    this.#send({ is: "capabilitiesRequest", version, ...charges });
  }

  /** Asks the client for a channel; "opened" or "notOpened" answers. Throws before "ready" and over the limit. */
  open(name: string, options: { readonly priority?: number } = {}): DynamicChannel {
    if (this.#version === undefined) throw new Error(`channel ${name} cannot be opened before the client has answered`);
    if (!(this.#open.count + this.#asked.size < limits.dynamicChannels)) throw new Error("too many dynamic channels");
    const channel = { id: this.#nextId++, name };
    this.#asked.set(channel.id, channel);
    this.#send({ is: "createRequest", channelId: channel.id, priority: options.priority ?? 0, name });
    return channel;
  }

  /** Sends a message; dropped when the channel is not open any more. */
  send(channel: DynamicChannel, message: Uint8Array): void {
    if (this.#open.byId(channel.id) === undefined) return;
    this.#output.push(...splitDynamicData(channel.id, message));
  }

  /** Ends a channel; what the client still sends on it is dropped. */
  close(channel: DynamicChannel): void {
    if (this.#open.remove(channel.id) === undefined && !this.#asked.delete(channel.id)) return;
    this.#send({ is: "close", channelId: channel.id });
  }

  /** The next message for the static channel, given; at most 1600 bytes, one chunk. undefined: nothing to send. */
  takeOutput(): Uint8Array | undefined {
    return this.#output.shift();
  }

  #receiveVersion(version: number): readonly DynamicChannelEvent[] {
    if (this.#version !== undefined) return [];
    if (!(1 <= version && version <= 3)) {
      throw new DecodeError({ is: "wrongValue", expected: "version 1 … 3", got: version }, 2);
    }
    this.#version = version;
    return [{ is: "ready", version }];
  }

  #receiveCreated(id: number, status: number): readonly DynamicChannelEvent[] {
    this.#expectGivenOut(id);
    const channel = this.#asked.get(id);
    if (channel === undefined) return [];
    this.#asked.delete(id);
    if (status < 0) return [{ is: "notOpened", channel, status }];
    this.#open.add(channel);
    return [{ is: "opened", channel }];
  }

  /** Ids are not given twice, so that a late message cannot reach another channel than it was meant for. */
  #expectGivenOut(id: number): void {
    if (1 <= id && id < this.#nextId) return;
    throw new DecodeError({ is: "wrongValue", expected: `a channel id below ${this.#nextId}`, got: id }, 1);
  }

  #send(message: ServerDynamicMessage): void {
    this.#output.push(encode(serverDynamicMessage, message));
  }
}

function listed(event: DynamicChannelEvent | undefined): readonly DynamicChannelEvent[] {
  return event === undefined ? [] : [event];
}

/** Shares of 70, 20, 7 and 3 per cent: those of the example in MS-RDPEDYC 4.1.1, which is what Windows sends. */
const priorityChargesDefault = [0x3333, 0x1111, 0x0a3d, 0x04a7];
