import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { defaultAtEnd, flags, ignored, padding, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** Index in the support array by order (MS-RDPBCGR 2.2.7.1.3, orderSupport). */
const orders = {
  dstBlt: 0x00,
  patBlt: 0x01,
  scrBlt: 0x02,
  memBlt: 0x03,
  mem3Blt: 0x04,
  drawNineGrid: 0x07,
  lineTo: 0x08,
  multiDrawNineGrid: 0x09,
  saveBitmap: 0x0b,
  multiDstBlt: 0x0f,
  multiPatBlt: 0x10,
  multiScrBlt: 0x11,
  multiOpaqueRect: 0x12,
  fastIndex: 0x13,
  polygonSc: 0x14,
  polygonCb: 0x15,
  polyline: 0x16,
  fastGlyph: 0x18,
  ellipseSc: 0x19,
  ellipseCb: 0x1a,
  glyphIndex: 0x1b,
} as const;
export type DrawingOrder = keyof typeof orders;

/** The 32-byte array as the names of the orders that it supports. */
const orderSupport: Codec<readonly DrawingOrder[]> = {
  size: () => 32,
  write: (writer, supported) => {
    const array = new Uint8Array(32);
    for (const order of supported) array[orders[order]] = 1;
    writer.put(array);
  },
  read: (reader) => {
    const array = reader.take(32);
    return drawingOrders.filter((order) => array[orders[order]] !== 0);
  },
};

/** Which primary drawing orders the sender knows (TS_ORDER_CAPABILITYSET). */
export const orderCapability = struct("OrderCapability", "MS-RDPBCGR 2.2.7.1.3", {
  terminalDescriptor: padding(16),
  padding: padding(4),
  desktopSaveXGranularity: ignored(u16le, 1),
  desktopSaveYGranularity: ignored(u16le, 20),
  padding2: padding(2),
  maximumOrderLevel: ignored(u16le, 1),
  numberFonts: ignored(u16le, 0),
  order: flags(u16le, {
    negotiate: 0x0002,
    zeroBoundsDeltas: 0x0008,
    colorIndex: 0x0020,
    solidPatternBrushOnly: 0x0040,
    extra: 0x0080,
  }),
  support: orderSupport,
  text: ignored(u16le),
  extra: flags(u16le, { cacheBitmapRevision3: 0x0002, frameMarker: 0x0004 }),
  padding3: padding(4),
  /** In bytes: room for saved parts of the desktop. */
  desktopSaveSize: u32le,
  padding4: paddingAtEnd(4),
  /** Code page of text orders; 0 when unknown. */
  textAnsiCodePage: defaultAtEnd(u16le, 0),
  padding5: paddingAtEnd(2),
});
export type OrderCapability = ValueOf<typeof orderCapability>;

const drawingOrders = Object.keys(orders) as DrawingOrder[];
