import type { Size } from "#base/geometry.ts";
import type { PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import type { EncodedFrame, Encoder, Frame, Outgoing } from "../encoder.ts";
import { BitmapDrawing } from "./bitmapDrawing.ts";
import { DrawnByOrders } from "./drawnByOrders.ts";
import { ExactBitmaps } from "./exactBitmaps.ts";
import { FastPathOutput, type FastPathOutputOptions } from "./fastPathOutput.ts";
import { Operations, type OperationCount } from "./operations.ts";
import { noOrders, type OrderAbilities } from "./orderAbilities.ts";
import { namesOfNobody, type TileNames } from "./tileNames.ts";

export interface BitmapEncoderOptions extends FastPathOutputOptions {
  readonly depth: PixelDepth;
  /** Whether the client takes planar bitmaps without an alpha plane (DRAW_ALLOW_SKIP_ALPHA). */
  readonly skipAlpha: boolean;
  /** Absent: none. */
  readonly orders?: OrderAbilities;
  /** What tiles are called in the client's caches; absent: names that nobody else has. */
  readonly names?: TileNames;
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
  readonly #output: FastPathOutput;
  readonly #bitmaps: ExactBitmaps;
  readonly #drawn: DrawnByOrders;
  readonly #operations: Operations;
  #names: TileNames;

  constructor(options: BitmapEncoderOptions) {
    const { depth, skipAlpha, orders = noOrders, names = namesOfNobody(), operations } = options;
    this.#depth = depth;
    this.#output = new FastPathOutput(options);
    this.#bitmaps = new ExactBitmaps({ depth, skipAlpha });
    this.#operations = operations ?? new Operations();
    this.#names = names;
    const [abilities, output] = [orders, this.#output];
    this.#drawn = new DrawnByOrders({ abilities, names, depth, operations: this.#operations, output });
    this.movesParts = orders.copies;
    this.name = depth === 32 ? "planar bitmaps" : `interleaved bitmaps at ${depth} bpp`;
  }

  get operations(): readonly OperationCount[] {
    return this.#operations.counts;
  }

  nameBy(names: TileNames): void {
    this.#names = names;
  }

  begin(_size: Size): readonly Outgoing[] {
    this.#output.restart();
    this.#drawn.names = this.#names;
    if (this.#depth !== 8) return this.#drawn.restart();
    return [this.#output.graphics({ is: "palette", colors: fixedPalette }), ...this.#drawn.restart()];
  }

  encode(frame: Frame): EncodedFrame {
    const drawing = this.drawing(frame);
    for (const area of drawing.others) drawing.draw(area, { bytesPerPixelMax: Number.POSITIVE_INFINITY });
    return { messages: drawing.messages(), lossy: [], settled: drawing.settled };
  }

  /** A frame for somebody who draws more besides. What is drawn must be sent, in order. */
  drawing(frame: Frame): BitmapDrawing {
    return new BitmapDrawing({ frame, drawn: this.#drawn, bitmaps: this.#bitmaps });
  }
}
