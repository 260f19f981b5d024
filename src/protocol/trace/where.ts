import { limits } from "#base/limits.ts";

/** What a trace says of a connection's channels when it begins in the middle of it. */
export interface KnownChannels {
  readonly ioChannelId: number;
  readonly messageChannelId: number | undefined;
  readonly channels: readonly { readonly name: string; readonly id: number }[];
}

/** Where a connection stands, as far as its messages must be known to be read. `partsOf` changes it. */
export class Where {
  ioChannelId: number = usualIoChannelId;
  messageChannelId: number | undefined;
  /** The names that the client asked for, until the server has said their ids. */
  wanted: readonly string[] = [];
  /** MCS has begun: there is no more CredSSP. */
  joined = false;
  readonly #statics = new Map<number, string>();
  readonly #dynamics = new Map<number, string>();

  /** The channels of a connection whose beginning was not seen. */
  know(known: KnownChannels): void {
    this.joined = true;
    this.ioChannelId = known.ioChannelId;
    this.messageChannelId = known.messageChannelId;
    this.#statics.clear();
    for (const { name, id } of known.channels) this.#statics.set(id, name.toLowerCase());
  }

  /** In lower case; undefined: nobody knows. */
  staticName(id: number): string | undefined {
    return this.#statics.get(id);
  }

  dynamicName(id: number): string | undefined {
    return this.#dynamics.get(id);
  }

  openDynamic(id: number, name: string): void {
    if (this.#dynamics.size < limits.dynamicChannels) this.#dynamics.set(id, name);
  }

  closeDynamic(id: number): void {
    this.#dynamics.delete(id);
  }
}

/** What Holdfast and Windows give the I/O channel. */
const usualIoChannelId = 1003;
