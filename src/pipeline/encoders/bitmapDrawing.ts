import type { Rectangle } from "#base/geometry.ts";
import type { BitmapData } from "#protocol/share/output/bitmapUpdate.ts";
import type { Frame, Outgoing } from "../encoder.ts";
import type { DrawnByOrders, OrdersOfFrame } from "./drawnByOrders.ts";
import type { ExactBitmaps } from "./exactBitmaps.ts";

/** One frame by drawing orders and exact bitmaps. */
export class BitmapDrawing {
  readonly #frame: Frame;
  readonly #drawn: DrawnByOrders;
  readonly #orders: OrdersOfFrame;
  readonly #bitmaps: ExactBitmaps;
  readonly #waiting: BitmapData[] = [];

  /** Copies and fills are drawn at once. */
  constructor(options: { readonly frame: Frame; readonly drawn: DrawnByOrders; readonly bitmaps: ExactBitmaps }) {
    this.#frame = options.frame;
    this.#drawn = options.drawn;
    this.#bitmaps = options.bitmaps;
    this.#orders = options.drawn.begin(options.frame);
  }

  /** The areas that are left: not of one colour, where the client takes fills. */
  get others(): readonly Rectangle[] {
    return this.#orders.others;
  }

  /** Tiles that have been drawn whole, whatever was of them before. */
  get settled(): readonly Rectangle[] {
    return this.#orders.settled;
  }

  /**
   * Draws an area from the client's cache, or by a bitmap, which it may keep. false: that would take more than
   * `bytesPerPixelMax`, and nothing is drawn.
   */
  draw(area: Rectangle, { bytesPerPixelMax }: { readonly bytesPerPixelMax: number }): boolean {
    const found = this.#orders.lookUp(area);
    if (found !== undefined && this.#orders.show(found)) return true;
    const kept = found !== undefined && keptPartMin * pixelsOf(found.tile) <= pixelsOf(area) ? found : undefined;
    const drawn = kept?.tile ?? area;
    const bitmap = this.#bitmaps.bitmapOf(this.#frame.pixels, drawn);
    if (bytesPerPixelMax * pixelsOf(drawn) < bitmap.data.length) return false;
    if (kept !== undefined && this.#orders.keep(kept, bitmap, this.#bitmaps.codec)) return true;
    this.#drawn.operations.count(this.#bitmaps.codec, 1, bitmap.data.length + bitmapOverhead);
    this.#waiting.push(bitmap);
    return true;
  }

  messages(): readonly Outgoing[] {
    const messages: Outgoing[] = [...this.#orders.messages()];
    let bitmaps: BitmapData[] = [];
    let bytes = 0;
    for (const bitmap of this.#waiting) {
      // Clients without fragments take no more than one message.
      if (0 < bitmaps.length && messageBytesMax < bytes + bitmap.data.length + bitmapOverhead) {
        messages.push(this.#drawn.output.graphics({ is: "bitmaps", bitmaps }));
        bitmaps = [];
        bytes = 0;
      }
      bitmaps.push(bitmap);
      bytes += bitmap.data.length + bitmapOverhead;
    }
    if (0 < bitmaps.length) messages.push(this.#drawn.output.graphics({ is: "bitmaps", bitmaps }));
    return messages;
  }
}

function pixelsOf({ width, height }: Rectangle): number {
  return width * height;
}

/** A tile of which less has changed is not worth being sent whole. */
const keptPartMin = 0.75;
const messageBytesMax = 16_000;
const bitmapOverhead = 18;
