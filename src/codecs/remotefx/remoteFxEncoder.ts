import { encode } from "#base/bytes/codec.ts";
import type { Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { tilesUnder } from "./grid.ts";
import { remoteFxStream, type CodecMode, type RemoteFxBlock, type RemoteFxTile } from "./messages.ts";
import { quantizationPresets, type QuantizationPreset } from "./quantization.ts";
import type { Entropy } from "./rlgr.ts";
import { referenceTileEncoder, type EncodeTile } from "./tile.ts";

export interface RemoteFxOptions {
  /** What the client's capability set allows; RLGR3 is the smaller one for pictures. */
  readonly entropy: Entropy;
  /** Default "fine". */
  readonly quality?: QuantizationPreset;
  /** Default "image": every client accepts it, and every frame then carries the stream's headers (47 bytes). */
  readonly mode?: CodecMode;
  /** Default: the readable reference. */
  readonly encodeTile?: EncodeTile;
}

/**
 * Encodes frames for Stream Surface Bits with the RemoteFX codec, or for RDPGFX CAVIDEO. One encoder serves one stream:
 * in video mode the headers come with the first frame, and again whenever the size changes.
 */
export class RemoteFxEncoder {
  readonly #entropy: Entropy;
  readonly #quality: QuantizationPreset;
  readonly #mode: CodecMode;
  readonly #encodeTile: EncodeTile;
  #frameIndex = 0;
  /** Size for which the headers were last sent, as "1920x1080". */
  #announced: string | undefined;

  constructor(options: RemoteFxOptions) {
    this.#entropy = options.entropy;
    this.#quality = options.quality ?? "fine";
    this.#mode = options.mode ?? "image";
    this.#encodeTile = options.encodeTile ?? referenceTileEncoder();
  }

  /**
   * One frame as a complete run of blocks, given. Coordinates in the stream count from the top left corner of `pixels`,
   * which becomes the destination's; the client paints `rectangles` (which must lie inside `pixels`, and none of them
   * empty) exactly.
   * `quality` overrides the encoder's for this frame.
   */
  encodeFrame(
    pixels: Pixels,
    rectangles: readonly Rectangle[],
    options: { readonly quality?: QuantizationPreset } = {},
  ): Uint8Array {
    const entropy = this.#entropy;
    const quantization = quantizationPresets[options.quality ?? this.#quality];
    const tiles: RemoteFxTile[] = tilesUnder(rectangles, pixels).map(({ column, row }) => {
      const coded = this.#encodeTile(pixels, column * 64, row * 64, { entropy, quantization });
      const { data, start, yEnd, cbEnd, crEnd } = coded;
      const planes = data.slice(start, crEnd);
      const y = planes.subarray(0, yEnd - start);
      const cb = planes.subarray(yEnd - start, cbEnd - start);
      const cr = planes.subarray(cbEnd - start);
      return { quantizationY: 0, quantizationCb: 0, quantizationCr: 0, column, row, y, cb, cr };
    });
    const properties = { mode: this.#mode, entropy };
    const blocks: RemoteFxBlock[] = [
      ...this.#headers(pixels),
      { is: "remoteFxFrameBegin", index: this.#frameIndex++ >>> 0 },
      { is: "remoteFxRegion", rectangles },
      { is: "remoteFxTileSet", properties, content: { quantizations: [quantization], tiles } },
      { is: "remoteFxFrameEnd" },
    ];
    return encode(remoteFxStream, blocks);
  }

  /**
   * To be called when the client's decoder starts anew (deactivation, resize): headers come again with the next frame.
   */
  restart(): void {
    this.#announced = undefined;
    this.#frameIndex = 0;
  }

  #headers({ width, height }: Pixels): readonly RemoteFxBlock[] {
    const size = `${width}x${height}`;
    if (this.#mode === "video" && this.#announced === size) return [];
    this.#announced = size;
    return [
      { is: "remoteFxSync" },
      { is: "remoteFxContext", properties: { mode: this.#mode, entropy: this.#entropy } },
      { is: "remoteFxCodecVersions" },
      { is: "remoteFxChannels", channels: [{ channelId: 0, width, height }] },
    ];
  }
}
