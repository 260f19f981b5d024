import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { splitDynamicData } from "./dynamicData.ts";
import { clientDynamicMessage, serverDynamicMessage, type ClientDynamicMessage } from "./dynamicMessages.ts";
import { OpenChannels, type DynamicChannel, type DynamicChannelEvent } from "./openChannels.ts";

/** The client's side of the dynamic channels of one connection: accepts those for which it has a listener. */
export class ConnectDynamicChannels {
  readonly #open = new OpenChannels();
  readonly #listeners: ReadonlySet<string>;
  readonly #versionMax: number;
  readonly #output: Uint8Array[] = [];

  /** `listeners`: the names of the channels that are accepted. */
  constructor(listeners: Iterable<string>, options: { readonly versionMax?: number } = {}) {
    this.#listeners = new Set(listeners);
    this.#versionMax = options.versionMax ?? 2;
  }

  /** undefined: not open (any more). */
  channel(name: string): DynamicChannel | undefined {
    return this.#open.byName(name);
  }

  /** Takes one whole message of the static channel. Throws DecodeError; the connection cannot go on then. */
  receive(bytes: Uint8Array): readonly DynamicChannelEvent[] {
    const message = decode(serverDynamicMessage, bytes);
    switch (message.is) {
      case "capabilitiesRequest": {
        const version = Math.min(message.version, this.#versionMax);
        this.#send({ is: "capabilitiesResponse", version });
        return [{ is: "ready", version }];
      }
      case "createRequest":
        return this.#receiveCreate({ id: message.channelId, name: message.name });
      case "dataFirst":
        return listed(this.#open.receiveFirst(message.channelId, message.length, message.data));
      case "data":
        return listed(this.#open.receiveData(message.channelId, message.data));
      case "close": {
        const channel = this.#open.remove(message.channelId);
        if (channel === undefined) return [];
        this.#send({ is: "close", channelId: channel.id });
        return [{ is: "closed", channel }];
      }
      case "softSyncRequest":
        throw new DecodeError({ is: "wrongValue", expected: "no soft-sync request", got: "one" }, 0);
    }
  }

  /** Sends a message; dropped when the channel is not open any more. */
  send(channel: DynamicChannel, message: Uint8Array): void {
    if (this.#open.byId(channel.id) === undefined) return;
    this.#output.push(...splitDynamicData(channel.id, message));
  }

  close(channel: DynamicChannel): void {
    if (this.#open.remove(channel.id) === undefined) return;
    this.#send({ is: "close", channelId: channel.id });
  }

  /** The next message for the static channel, given; undefined: nothing to send. */
  takeOutput(): Uint8Array | undefined {
    return this.#output.shift();
  }

  #receiveCreate(channel: DynamicChannel): readonly DynamicChannelEvent[] {
    const status = this.#statusFor(channel);
    this.#send({ is: "createResponse", channelId: channel.id, creationStatus: status });
    if (status < 0) return [{ is: "notOpened", channel, status }];
    this.#open.add(channel);
    return [{ is: "opened", channel }];
  }

  #statusFor(channel: DynamicChannel): number {
    if (!this.#listeners.has(channel.name)) return statusNotFound;
    if (this.#open.byId(channel.id) !== undefined || !(this.#open.count < limits.dynamicChannels)) return statusFailed;
    return 0;
  }

  #send(message: ClientDynamicMessage): void {
    this.#output.push(encode(clientDynamicMessage, message));
  }
}

function listed(event: DynamicChannelEvent | undefined): readonly DynamicChannelEvent[] {
  return event === undefined ? [] : [event];
}

/** HRESULT_FROM_WIN32(ERROR_NOT_FOUND): what Windows answers for a name without listener. MS-ERREF 2.1 */
const statusNotFound = 0x80070490 | 0;
/** E_FAIL. MS-ERREF 2.1 */
const statusFailed = 0x80004005 | 0;
