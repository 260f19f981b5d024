import { DecodeError } from "#base/bytes/decodeError.ts";
import { intersect, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import { fromDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { findCapability, type CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import { OrderReader, type ReadOrder } from "#protocol/share/orders/orders.ts";
import type { OrderColor, PrimaryOrder } from "#protocol/share/orders/primaryOrder.ts";
import type { SecondaryOrder } from "#protocol/share/orders/secondaryOrder.ts";

/** The desktop that orders draw on. */
export interface OrderTarget {
  /** Lent, and painted over. */
  readonly pixels: Pixels;
  /** The 256 colours at 8 bpp, red first. */
  readonly palette: Uint8Array;
  paint(picture: Pixels, area: Rectangle): void;
  /** A bitmap as bitmap updates have it. Throws DecodeError. */
  decode(bitmap: CachedPicture): Pixels;
  undecoded(what: string): void;
}

/** The bytes of a bitmap: rows from the bottom up. */
export interface CachedPicture extends Size {
  readonly bitsPerPixel: PixelDepth;
  readonly compressed: boolean;
  readonly data: Uint8Array;
}

/** Draws by orders, and keeps bitmaps in caches no larger than the client has said. Throws DecodeError. */
export class ClientOrders {
  readonly #target: OrderTarget;
  readonly #depth: PixelDepth;
  readonly #reader = new OrderReader();
  /** How many entries each cache has. */
  readonly #entries: readonly number[];
  readonly #cached = new Map<string, Pixels>();

  constructor(target: OrderTarget, options: { readonly depth: PixelDepth; readonly sets: readonly CapabilitySet[] }) {
    this.#target = target;
    this.#depth = options.depth;
    this.#entries = entriesOf(options.sets);
  }

  /** A new share: nothing is remembered. */
  restart(): void {
    this.#reader.restart();
    this.#cached.clear();
  }

  apply(body: Uint8Array): void {
    for (const order of this.#reader.read(body)) this.#applyOrder(order);
  }

  #applyOrder(order: ReadOrder): void {
    if (order.is !== "primary") return this.#keep(order);
    const area = order.bounds === undefined ? order.order.target : intersect(order.order.target, order.bounds);
    const visible = area && intersect(area, { x: 0, y: 0, ...sizeOf(this.#target.pixels) });
    if (visible !== undefined) this.#draw(order.order, visible);
  }

  #draw(order: PrimaryOrder, visible: Rectangle): void {
    if (order.is === "opaqueRect") return this.#target.paint(this.#plain(order.color, visible), visible);
    if (order.operation !== "copy") return this.#target.undecoded(`raster operation ${order.operation.unknown}`);
    const from = {
      x: order.source.x + visible.x - order.target.x,
      y: order.source.y + visible.y - order.target.y,
    };
    const source =
      order.is === "scrBlt" ? this.#target.pixels : this.#cached.get(`${order.cacheId},${order.cacheIndex}`);
    if (source === undefined) return this.#target.undecoded("a bitmap that was never cached");
    this.#target.paint(copyOf(source, from, visible), visible);
  }

  #plain(color: OrderColor, size: Size): Pixels {
    const bytes = this.#depth < 24 ? color.slice(0, (this.#depth + 7) >> 3) : color.toReversed();
    const depth = 24 < this.#depth ? 24 : this.#depth;
    const one = fromDepth(Uint8Array.from(bytes), { width: 1, height: 1 }, depth, {
      rows: "topDown",
      palette: this.#target.palette,
    });
    const plain = newPixels(size);
    for (let at = 0; at < plain.data.length; at += 4) plain.data.set(one.data.subarray(0, 4), at);
    return plain;
  }

  #keep(order: SecondaryOrder): void {
    switch (order.is) {
      case "cacheBitmap1":
      case "cacheBitmap2": {
        const { cacheId, cacheIndex } = order;
        const entries = this.#entries[cacheId] ?? 0;
        if (!(cacheIndex < entries)) {
          throw new DecodeError(
            { is: "overLimit", limit: entries, got: cacheIndex, of: `index in cache ${cacheId}` },
            0,
          );
        }
        const bitsPerPixel = this.#depth === 15 ? 15 : depthOf(order.bitsPerPixel);
        this.#cached.set(`${cacheId},${cacheIndex}`, this.#target.decode({ ...order, bitsPerPixel }));
        return;
      }
      case "cacheColorTable":
        // The session's palette is the only one that anybody sends.
        return;
      default:
        return this.#target.undecoded(order.is === "unknown" ? `secondary order ${order.type}` : order.is);
    }
  }
}

function entriesOf(sets: readonly CapabilitySet[]): readonly number[] {
  const second = findCapability(sets, "bitmapCacheRevision2Capability");
  const caches = second?.caches ?? findCapability(sets, "bitmapCacheCapability")?.caches ?? [];
  return caches.map(({ entries }) => entries);
}

function copyOf(source: Pixels, from: Point, size: Size): Pixels {
  const part = intersect({ ...from, width: size.width, height: size.height }, { x: 0, y: 0, ...sizeOf(source) });
  if (part?.width !== size.width || part.height !== size.height) {
    const expected = `an area inside ${source.width} × ${source.height}`;
    throw new DecodeError({ is: "wrongValue", expected, got: `${from.x},${from.y}` }, 0);
  }
  const copy = newPixels(part);
  copyPixelsInto(copy, crop(source, part));
  return copy;
}

function depthOf(bitsPerPixel: number): PixelDepth {
  const depth = depths.find((each) => each === bitsPerPixel);
  if (depth !== undefined) return depth;
  throw new DecodeError({ is: "wrongValue", expected: "8, 15, 16, 24 or 32 bits a pixel", got: bitsPerPixel }, 0);
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

const depths = [8, 15, 16, 24, 32] as const;
