import { crop, type Pixels } from "#base/pixels.ts";
import type { Rectangle } from "#base/geometry.ts";
import { ClearCodecEncoder } from "#codecs/clearcodec/clearCodecEncoder.ts";
import { encodePlanar } from "#codecs/planar/encode.ts";

/** An area said without loss. */
export interface ExactPicture {
  readonly codec: "clearCodec" | "planar";
  readonly data: Uint8Array;
}

/** Says without loss what packs well so: text by ClearCodec, smooth shapes by planar. One per client. */
export class TextAreas {
  readonly #clearCodec: ClearCodecEncoder | undefined;

  /** `clearCodec: false`: the client takes none, and gets planar alone. */
  constructor(options: { readonly clearCodec: boolean }) {
    this.#clearCodec = options.clearCodec ? new ClearCodecEncoder() : undefined;
  }

  /** The client may have lost what it remembered. */
  restart(): void {
    this.#clearCodec?.restart();
  }

  /** undefined: this area is rather a picture; never when `exact`. What is given must be sent, in order. */
  encode(pixels: Pixels, area: Rectangle, options: { readonly exact: boolean }): ExactPicture | undefined {
    const part = crop(pixels, area);
    const count = area.width * area.height;
    const text = this.#clearCodec?.encode(part, { atMost: headersBytes + count * clearCodecBytesPerPixelMax });
    if (text !== undefined) return { codec: "clearCodec", data: text };
    const data = encodePlanar(part, { rows: "topDown" });
    return options.exact || data.length <= count * planarBytesPerPixelMax ? { codec: "planar", data } : undefined;
  }
}

/** Text stays far below; planar is smaller where much is neither plain nor seen before. */
const clearCodecBytesPerPixelMax = 0.6;
const headersBytes = 64;
/** Raw is three bytes a pixel; photographs and noise come near it, text stays far below. */
const planarBytesPerPixelMax = 1.2;
