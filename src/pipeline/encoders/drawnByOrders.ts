import type { Pixels } from "#base/pixels.ts";
import { intersect, type Rectangle } from "#base/geometry.ts";
import { toDepth, type PixelDepth } from "#codecs/depth/depth.ts";
import { fixedPalette } from "#codecs/depth/palette.ts";
import type { BitmapData } from "#protocol/share/output/bitmapUpdate.ts";
import { orderUpdates, OrderWriter, type DrawingOrder } from "#protocol/share/orders/orders.ts";
import type { OrderColor } from "#protocol/share/orders/primaryOrder.ts";
import type { Frame, Outgoing } from "../encoder.ts";
import { tileSide } from "../shadow.ts";
import { BitmapCaches, type CachePlace } from "./bitmapCaches.ts";
import type { FastPathOutput } from "./fastPathOutput.ts";
import { flatAreas } from "./flatAreas.ts";
import type { Operations } from "./operations.ts";
import type { OrderAbilities } from "./orderAbilities.ts";
import type { TileName, TileNames } from "./tileNames.ts";

/** A tile that was looked for in the caches, and its name. */
export interface LookedUp {
  readonly tile: Rectangle;
  readonly name: TileName;
}

/** Draws by orders, as far as one client takes them: copies, fills, tiles from its bitmap caches. */
export class DrawnByOrders {
  readonly abilities: OrderAbilities;
  readonly depth: PixelDepth;
  readonly caches: BitmapCaches;
  readonly operations: Operations;
  readonly output: FastPathOutput;
  readonly writer = new OrderWriter();
  /** To be changed only before a restart. */
  names: TileNames;

  constructor(options: {
    readonly abilities: OrderAbilities;
    readonly names: TileNames;
    readonly depth: PixelDepth;
    readonly operations: Operations;
    readonly output: FastPathOutput;
  }) {
    this.abilities = options.abilities;
    this.names = options.names;
    this.depth = options.depth;
    this.operations = options.operations;
    this.output = options.output;
    this.caches = new BitmapCaches(options.abilities.caches);
  }

  /** The client may have lost what it knew. */
  restart(): readonly Outgoing[] {
    this.writer.restart();
    this.caches.clear();
    if (this.depth !== 8 || this.abilities.caches.length === 0) return [];
    return this.messagesOf([
      this.writer.write({ is: "cacheColorTable", cacheIndex: 0, colors: blueFirst(fixedPalette) }),
    ]);
  }

  begin(frame: Frame): OrdersOfFrame {
    return new OrdersOfFrame(this, frame);
  }

  /** Never in fragments, which old clients do not take. */
  messagesOf(orders: readonly Uint8Array[]): readonly Outgoing[] {
    return orderUpdates(orders, updateBytesMax).map((body) => this.output.orders(body));
  }
}

/** The orders of one frame. */
export class OrdersOfFrame {
  /** The areas that are not drawn by a fill. */
  readonly others: readonly Rectangle[];
  /** The tiles that are drawn whole. */
  readonly settled: Rectangle[] = [];
  readonly #drawn: DrawnByOrders;
  readonly #pixels: Pixels;
  readonly #orders: Uint8Array[] = [];

  constructor(drawn: DrawnByOrders, { pixels, copies, areas }: Frame) {
    this.#drawn = drawn;
    this.#pixels = pixels;
    for (const { source, target } of copies) {
      this.#add("copy", 1, { is: "scrBlt", target: { ...source, ...target }, operation: "copy", source });
    }
    if (!drawn.abilities.fills) {
      this.others = areas;
      return;
    }
    const { flat, others } = flatAreas(pixels, areas);
    for (const [color, rectangles] of flat) {
      const orderColor = this.#colorOf(color);
      for (const target of rectangles) this.#add("fill", 1, { is: "opaqueRect", target, color: orderColor });
    }
    this.others = others;
  }

  /** The tile around the area, if such are kept and it pays to look for it. */
  lookUp(area: Rectangle): LookedUp | undefined {
    if (this.#drawn.abilities.caches.length === 0 || area.width * area.height < areaMin) return undefined;
    const { width, height } = this.#pixels;
    const [x, y] = [area.x - (area.x % tileSide), area.y - (area.y % tileSide)];
    const tile = intersect({ x, y, width: tileSide, height: tileSide }, { x: 0, y: 0, width, height }) ?? area;
    return { tile, name: this.#drawn.names.nameOf(this.#pixels, tile) };
  }

  /** Whether the tile is drawn from a cache, all of it. */
  show({ tile, name }: LookedUp): boolean {
    const place = this.#drawn.caches.find(name, tile);
    if (place === undefined) return false;
    this.#draw("cache", tile, place);
    return true;
  }

  /** Whether the tile, which is in no cache, is put into one by this bitmap of it, and drawn from there. */
  keep({ tile, name }: LookedUp, bitmap: BitmapData, codec: string): boolean {
    if (cachedBytesMax < bitmap.data.length) return false;
    const place = this.#drawn.caches.keep(name, tile);
    if (place === undefined) return false;
    const { cache, index } = place;
    const { width, height, data } = bitmap;
    const compressed = bitmap.packing.is !== "raw";
    const common = { cacheId: cache.id, cacheIndex: index, width, height, compressed, data };
    if (cache.revision === 1) {
      this.#add(codec, 1, { is: "cacheBitmap1", ...common, bitsPerPixel: bitmap.bitsPerPixel });
    } else {
      const bitsPerPixel = bitmap.bitsPerPixel === 15 ? 16 : bitmap.bitsPerPixel;
      const key = cache.persistent ? { key: this.#drawn.names.keyOf(name) } : {};
      this.#add(codec, 1, { is: "cacheBitmap2", ...common, bitsPerPixel, ...key });
    }
    this.#draw("keep", tile, place);
    return true;
  }

  messages(): readonly Outgoing[] {
    return this.#drawn.messagesOf(this.#orders);
  }

  #draw(operation: "cache" | "keep", tile: Rectangle, { cache, index }: CachePlace): void {
    const place = { cacheId: cache.id, cacheIndex: index, colorTable: 0 };
    this.#add(operation, 1, { is: "memBlt", ...place, target: tile, operation: "copy", source: { x: 0, y: 0 } });
    this.settled.push(tile);
  }

  #add(operation: string, areas: number, order: DrawingOrder): void {
    const bytes = this.#drawn.writer.write(order);
    this.#drawn.operations.count(operation, areas, bytes.length);
    this.#orders.push(bytes);
  }

  /** `color`: 0xRRGGBB. */
  #colorOf(color: number): OrderColor {
    const [red, green, blue] = [color >> 16, (color >> 8) & 0xff, color & 0xff];
    const { depth } = this.#drawn;
    if (24 <= depth) return [red, green, blue];
    const data = Uint8Array.of(blue, green, red, 0);
    const [low = 0, high = 0] = toDepth({ data, offset: 0, stride: 4, width: 1, height: 1 }, depth, {
      rows: "topDown",
    });
    return [low, high, 0];
  }
}

/** A palette, red first, as a colour table: blue, green, red, nothing. */
function blueFirst(palette: Uint8Array): Uint8Array {
  const table = new Uint8Array((palette.length / 3) * 4);
  for (let from = 0, to = 0; from < palette.length; from += 3, to += 4) {
    table.set([palette[from + 2]!, palette[from + 1]!, palette[from]!], to);
  }
  return table;
}

/** In pixels: a quarter of a tile. Less is sent faster than looked up. */
const areaMin = 1024;
const updateBytesMax = 16_000;
/** With its header it fits one update; rdesktop takes fourteen bits of length. */
const cachedBytesMax = updateBytesMax - 64;
