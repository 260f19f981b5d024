import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { MessageAssembly } from "../messageAssembly.ts";

/** A channel by the number that it has on this connection and the name of its listener. */
export interface DynamicChannel {
  readonly id: number;
  readonly name: string;
}

/** What `receive` of either side reports. */
export type DynamicChannelEvent =
  /** Both sides know each other's version: channels can be opened. */
  | { readonly is: "ready"; readonly version: number }
  | { readonly is: "opened"; readonly channel: DynamicChannel }
  /** The client has no such listener, or failed to open it; `status` is its HRESULT. */
  | { readonly is: "notOpened"; readonly channel: DynamicChannel; readonly status: number }
  /** A whole message; lent when it came in one piece. */
  | { readonly is: "message"; readonly channel: DynamicChannel; readonly message: Uint8Array }
  /** The peer closed it. */
  | { readonly is: "closed"; readonly channel: DynamicChannel };

interface Entry {
  readonly channel: DynamicChannel;
  readonly assembly: MessageAssembly;
}

/** The open channels of one connection and their half-received messages. Bounded in number and in bytes held. */
export class OpenChannels {
  readonly #entries = new Map<number, Entry>();

  get count(): number {
    return this.#entries.size;
  }

  /** undefined: not open. */
  byName(name: string): DynamicChannel | undefined {
    for (const { channel } of this.#entries.values()) if (channel.name === name) return channel;
    return undefined;
  }

  byId(id: number): DynamicChannel | undefined {
    return this.#entries.get(id)?.channel;
  }

  add(channel: DynamicChannel): void {
    this.#entries.set(channel.id, { channel, assembly: new MessageAssembly() });
  }

  /** undefined: it was not open. */
  remove(id: number): DynamicChannel | undefined {
    const channel = this.byId(id);
    this.#entries.delete(id);
    return channel;
  }

  /** The first piece of a longer message. Throws DecodeError; data for a channel that is not open is dropped. */
  receiveFirst(id: number, length: number, data: Uint8Array): DynamicChannelEvent | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (!entry.assembly.active && data.length === length) return message(entry, data);
    entry.assembly.begin(length, Math.min(limits.channelMessageBytes, this.#bytesLeft()));
    return this.#continue(entry, data);
  }

  /** A later piece, or a whole message. Throws DecodeError; data for a channel that is not open is dropped. */
  receiveData(id: number, data: Uint8Array): DynamicChannelEvent | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    return entry.assembly.active ? this.#continue(entry, data) : message(entry, data);
  }

  #continue(entry: Entry, data: Uint8Array): DynamicChannelEvent | undefined {
    entry.assembly.add(data);
    if (limits.dynamicReassemblyBytes < this.#bytesHeld()) {
      const got = this.#bytesHeld();
      throw new DecodeError(
        { is: "overLimit", limit: limits.dynamicReassemblyBytes, got, of: "unfinished messages" },
        0,
      );
    }
    return 0 < entry.assembly.missingBytes ? undefined : message(entry, entry.assembly.take());
  }

  #bytesHeld(): number {
    let sum = 0;
    for (const { assembly } of this.#entries.values()) sum += assembly.reservedBytes;
    return sum;
  }

  #bytesLeft(): number {
    return limits.dynamicReassemblyBytes - this.#bytesHeld();
  }
}

function message(entry: Entry, bytes: Uint8Array): DynamicChannelEvent {
  return { is: "message", channel: entry.channel, message: bytes };
}
