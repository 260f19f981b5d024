import type { Size } from "#base/geometry.ts";
import type { PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import { fastPathGraphics } from "#protocol/share/output/fastPathUpdate.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";
import { BitmapDrawing } from "./bitmapDrawing.ts";
import { DrawnByOrders } from "./drawnByOrders.ts";
import { ExactBitmaps } from "./exactBitmaps.ts";
import { Operations, type OperationCount } from "./operations.ts";
import { noOrders, type OrderAbilities } from "./orderAbilities.ts";

export interface BitmapEncoderOptions {
  readonly depth: PixelDepth;
  readonly updateBytesMax: number;
  /** Whether the client takes planar bitmaps without an alpha plane (DRAW_ALLOW_SKIP_ALPHA). */
  readonly skipAlpha: boolean;
  /** Absent: none. */
  readonly orders?: OrderAbilities;
  /** Where it is counted what is done; absent: in a counter of its own. */
  readonly operations?: Operations;
}

/**
 * Drawing orders as far as the client takes them: copies, fills, tiles from its caches; and bitmap updates, which every
 * client takes: planar at 32 bpp, interleaved RLE below. Without loss at 24 and 32 bpp.
 */
export class BitmapEncoder implements Encoder {
  readonly name: string;
  readonly acknowledged = false;
  readonly tellsSize = false;
  readonly movesParts: boolean;
  readonly #depth: PixelDepth;
  readonly #updateBytesMax: number;
  readonly #bitmaps: ExactBitmaps;
  readonly #drawn: DrawnByOrders;
  readonly #operations: Operations;

  constructor({ depth, updateBytesMax, skipAlpha, orders = noOrders, operations }: BitmapEncoderOptions) {
    this.#depth = depth;
    this.#updateBytesMax = updateBytesMax;
    this.#bitmaps = new ExactBitmaps({ depth, skipAlpha });
    this.#operations = operations ?? new Operations();
    this.#drawn = new DrawnByOrders({ abilities: orders, depth, operations: this.#operations });
    this.movesParts = orders.copies;
    this.name = depth === 32 ? "planar bitmaps" : `interleaved bitmaps at ${depth} bpp`;
  }

  get operations(): readonly OperationCount[] {
    return this.#operations.counts;
  }

  begin(_size: Size): readonly Outgoing[] {
    const orders = this.#drawn.restart();
    if (this.#depth !== 8) return orders;
    const palette = { is: "palette", colors: fixedPalette } as const;
    return [{ to: "wire", bytes: fastPathGraphics(palette, { updateBytesMax: this.#updateBytesMax }) }, ...orders];
  }

  encode(frame: Frame): EncodedFrame {
    const drawing = this.drawing(frame);
    for (const area of drawing.others) drawing.draw(area, { bytesPerPixelMax: Number.POSITIVE_INFINITY });
    return { messages: drawing.messages(), lossy: [], settled: drawing.settled };
  }

  /** A frame for somebody who draws more besides. What is drawn must be sent, in order. */
  drawing(frame: Frame): BitmapDrawing {
    const [drawn, bitmaps, updateBytesMax] = [this.#drawn, this.#bitmaps, this.#updateBytesMax];
    return new BitmapDrawing({ frame, drawn, bitmaps, updateBytesMax });
  }
}
