import type { Point, Rectangle } from "#base/geometry.ts";

/** What a primary drawing order does. Coordinates and lengths are 16 bits, signed. */
export type PrimaryOrder =
  /** Moves a part of the screen; both parts may overlap. MS-RDPEGDI 2.2.2.2.1.1.2.7 */
  | { readonly is: "scrBlt"; readonly target: Rectangle; readonly operation: RasterOperation; readonly source: Point }
  /** Fills with one colour. MS-RDPEGDI 2.2.2.2.1.1.2.5 */
  | { readonly is: "opaqueRect"; readonly target: Rectangle; readonly color: OrderColor }
  /** Draws a part of a cached bitmap. MS-RDPEGDI 2.2.2.2.1.1.2.9 */
  | {
      readonly is: "memBlt";
      readonly cacheId: number;
      /** Which cached colour table the bitmap goes by, at 8 bpp; 0 to 5. */
      readonly colorTable: number;
      readonly target: Rectangle;
      readonly operation: RasterOperation;
      readonly source: Point;
      readonly cacheIndex: number;
    };
export type PrimaryOrderName = PrimaryOrder["is"];

/** How source and target become one, by the number of the ternary raster operation. */
export type RasterOperation = "copy" | { readonly unknown: number };

/**
 * Three bytes: red, green, blue at 24 and 32 bpp; below, the number of the colour or its place in the palette, low byte
 * first. MS-RDPEGDI 2.2.2.2.1.1.1.8
 */
export type OrderColor = readonly [number, number, number];

/** What one field takes: a coordinate of two bytes, or of one as the difference to the last one; or so many bytes. */
export type FieldKind = "coordinate" | "u8" | "u16";

interface Layout<Order extends PrimaryOrder> {
  /** The encoding order number. */
  readonly type: number;
  /** In the order of their flags, from bit 0. */
  readonly fields: readonly FieldKind[];
  toNumbers(order: Order): readonly number[];
  fromNumbers(numbers: readonly number[]): Order;
}

const place = ["coordinate", "coordinate", "coordinate", "coordinate"] as const;

const scrBlt: Layout<Extract<PrimaryOrder, { is: "scrBlt" }>> = {
  type: 0x02,
  fields: [...place, "u8", "coordinate", "coordinate"],
  toNumbers: ({ target, operation, source }) => [...numbersOf(target), codeOf(operation), source.x, source.y],
  fromNumbers: ([x = 0, y = 0, width = 0, height = 0, code = 0, sourceX = 0, sourceY = 0]) => ({
    is: "scrBlt",
    target: { x, y, width, height },
    operation: operationOf(code),
    source: { x: sourceX, y: sourceY },
  }),
};

const opaqueRect: Layout<Extract<PrimaryOrder, { is: "opaqueRect" }>> = {
  type: 0x0a,
  fields: [...place, "u8", "u8", "u8"],
  toNumbers: ({ target, color }) => [...numbersOf(target), ...color],
  fromNumbers: ([x = 0, y = 0, width = 0, height = 0, first = 0, second = 0, third = 0]) => ({
    is: "opaqueRect",
    target: { x, y, width, height },
    color: [first, second, third],
  }),
};

const memBlt: Layout<Extract<PrimaryOrder, { is: "memBlt" }>> = {
  type: 0x0d,
  fields: ["u16", ...place, "u8", "coordinate", "coordinate", "u16"],
  toNumbers: ({ cacheId, colorTable, target, operation, source, cacheIndex }) => [
    cacheId | (colorTable << 8),
    ...numbersOf(target),
    codeOf(operation),
    source.x,
    source.y,
    cacheIndex,
  ],
  fromNumbers: ([
    ids = 0,
    x = 0,
    y = 0,
    width = 0,
    height = 0,
    code = 0,
    sourceX = 0,
    sourceY = 0,
    cacheIndex = 0,
  ]) => ({
    is: "memBlt",
    cacheId: ids & 0xff,
    colorTable: ids >> 8,
    target: { x, y, width, height },
    operation: operationOf(code),
    source: { x: sourceX, y: sourceY },
    cacheIndex,
  }),
};

const layouts = { scrBlt, opaqueRect, memBlt } as const;

/** The fields of an order of this name, as far as it is one that we speak. */
export function fieldsOf(name: PrimaryOrderName): { readonly type: number; readonly fields: readonly FieldKind[] } {
  return layouts[name];
}

/** undefined: an order that we do not speak. */
export function orderOfType(type: number): PrimaryOrderName | undefined {
  return names.find((name) => layouts[name].type === type);
}

/** One number a field. */
export function numbersOfOrder(order: PrimaryOrder): readonly number[] {
  switch (order.is) {
    case "scrBlt":
      return scrBlt.toNumbers(order);
    case "opaqueRect":
      return opaqueRect.toNumbers(order);
    case "memBlt":
      return memBlt.toNumbers(order);
  }
}

/** The inverse of `numbersOfOrder`. */
export function orderOfNumbers(name: PrimaryOrderName, numbers: readonly number[]): PrimaryOrder {
  return layouts[name].fromNumbers(numbers);
}

function numbersOf({ x, y, width, height }: Rectangle): readonly number[] {
  return [x, y, width, height];
}

function codeOf(operation: RasterOperation): number {
  return operation === "copy" ? sourceCopy : operation.unknown;
}

function operationOf(code: number): RasterOperation {
  return code === sourceCopy ? "copy" : { unknown: code };
}

const names = ["scrBlt", "opaqueRect", "memBlt"] as const;
/** SRCCOPY: what the source shows. MS-RDPEGDI 2.2.2.2.1.1.1.7 */
const sourceCopy = 0xcc;
