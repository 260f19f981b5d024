import { MppcCompressor } from "#codecs/mppc/compressor.ts";
import type { MppcType } from "#codecs/mppc/dialect.ts";
import { fastPathGraphics, fastPathMessages, type FastPathOptions } from "#protocol/share/output/fastPathUpdate.ts";
import type { Update } from "#protocol/share/output/graphicsUpdate.ts";
import type { Outgoing } from "../encoder.ts";

export interface FastPathOutputOptions {
  /** How large an update the client puts together from fragments; 0: it takes none. */
  readonly updateBytesMax: number;
  /** What the client decompresses; absent: nothing. */
  readonly compression?: MppcType;
}

/** Orders, bitmaps and palettes for the wire, compressed where the client takes that and where it pays. */
export class FastPathOutput {
  readonly #options: FastPathOptions;
  readonly #compressor: MppcCompressor | undefined;
  /** How many messages go as they are before it is tried again: pictures do not pack. */
  #skips = 0;
  #misses = 0;

  constructor({ updateBytesMax, compression }: FastPathOutputOptions) {
    this.#compressor = compression === undefined ? undefined : new MppcCompressor(compression);
    this.#options = { updateBytesMax, compress: (data) => this.#compress(data) };
  }

  /** The client may have forgotten what it was sent. */
  restart(): void {
    this.#compressor?.restart();
  }

  /** `body`: a count and so many orders. */
  orders(body: Uint8Array): Outgoing {
    return { to: "wire", bytes: fastPathMessages("orders", body, this.#options) };
  }

  graphics(update: Exclude<Update, { readonly is: "unknown" }>): Outgoing {
    return { to: "wire", bytes: fastPathGraphics(update, this.#options) };
  }

  #compress(data: Uint8Array): ReturnType<MppcCompressor["compress"]> {
    if (this.#compressor === undefined || data.length < lengthMin) return undefined;
    if (0 < this.#skips) {
      this.#skips--;
      return undefined;
    }
    const packet = this.#compressor.compress(data, { gainMin: data.length >> 5 });
    this.#misses = packet === undefined ? Math.min(this.#misses + 1, missesMax) : 0;
    this.#skips = packet === undefined ? 2 ** this.#misses - 1 : 0;
    return packet;
  }
}

/** In bytes. Less is not worth the flags. */
const lengthMin = 64;
const missesMax = 4;
