import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { limits } from "#base/limits.ts";
import { MessageAssembly } from "../messageAssembly.ts";
import { channelChunk } from "./channelHeader.ts";

/** Puts the chunks of one static channel together again. MS-RDPBCGR 3.1.5.2.2 */
export class ChannelReassembler {
  readonly #assembly = new MessageAssembly();
  readonly #atMost: number;
  #chunks = 0;

  /** `atMost`: the largest whole message, in bytes. */
  constructor(options: { readonly atMost?: number } = {}) {
    this.#atMost = options.atMost ?? limits.channelMessageBytes;
  }

  /**
   * Takes one chunk with its header. Returns the message when this completed it: lent from `bytes` when one chunk held
   * all of it, given otherwise; undefined while more is to come. Throws DecodeError; the message under way is then
   * lost.
   */
  receive(bytes: Uint8Array): Uint8Array | undefined {
    const chunk = decode(channelChunk, bytes);
    if (chunk.flags.includes("compressed")) {
      throw new DecodeError({ is: "wrongValue", expected: "uncompressed data", got: "compressed" }, 4);
    }
    const first = chunk.flags.includes("first");
    const last = chunk.flags.includes("last");
    if (first && last && !this.#assembly.active && chunk.data.length === chunk.length) return chunk.data;
    try {
      return this.#gather(chunk.length, chunk.data, { first, last });
    } catch (error) {
      this.#assembly.drop();
      throw error;
    }
  }

  #gather(length: number, data: Uint8Array, at: { readonly first: boolean; readonly last: boolean }) {
    if (at.first) {
      this.#assembly.begin(length, this.#atMost);
      this.#chunks = 0;
    }
    this.#chunks++;
    if (!(this.#chunks <= limits.channelChunks)) {
      throw new DecodeError({ is: "overLimit", limit: limits.channelChunks, got: this.#chunks, of: "chunks" }, 0);
    }
    this.#assembly.add(data);
    return at.last ? this.#assembly.take() : undefined;
  }
}
