import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { bytes, constant, padding } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { bitmapUpdate, type BitmapUpdate } from "./bitmapUpdate.ts";

/** The 256 colours of an 8 bpp session (TS_UPDATE_PALETTE_DATA, behind the update type). */
export const paletteUpdate = struct("PaletteUpdate", "MS-RDPBCGR 2.2.9.1.1.3.1.1.1", {
  padding: padding(2),
  count: constant(u32le, 256),
  /** Red, green, blue of each. */
  colors: bytes(768),
});
export type PaletteUpdate = ValueOf<typeof paletteUpdate>;

/** What is drawn: bitmaps, a palette, orders, or the heritage of T.128 called synchronize. */
export type Update =
  /** A count and so many orders, for an `OrderReader`: each depends on those before. */
  | { readonly is: "orders"; readonly body: Uint8Array }
  | ({ readonly is: "bitmaps" } & BitmapUpdate)
  | ({ readonly is: "palette" } & PaletteUpdate)
  | { readonly is: "synchronize" }
  | { readonly is: "unknown"; readonly type: number; readonly body: Uint8Array };

/**
 * An update with its type in front, as slow-path PDUs and the fast-path bitmap, palette and orders updates carry it.
 */
export const update: Codec<Update> = {
  size: (value) => {
    switch (value.is) {
      case "bitmaps":
        return 2 + bitmapUpdate.size(value);
      case "palette":
        return 2 + paletteUpdate.size(value);
      case "synchronize":
        return 4;
      case "orders":
        return 6 + value.body.length;
      default:
        return 2 + value.body.length;
    }
  },
  write: (writer, value) => {
    writer.u16le(value.is === "unknown" ? value.type : updateTypes[value.is]);
    switch (value.is) {
      case "bitmaps":
        return bitmapUpdate.write(writer, value);
      case "palette":
        return paletteUpdate.write(writer, value);
      case "synchronize":
        return writer.zeros(2);
      case "orders":
        // The count has padding around it here. MS-RDPEGDI 2.2.2.1
        writer.zeros(2);
        writer.put(value.body.subarray(0, 2));
        writer.zeros(2);
        return writer.put(value.body.subarray(2));
      default:
        return writer.put(value.body);
    }
  },
  read: (reader) => {
    const type = reader.u16le();
    switch (type) {
      case updateTypes.bitmaps:
        return { is: "bitmaps", ...bitmapUpdate.read(reader) };
      case updateTypes.palette:
        return { is: "palette", ...paletteUpdate.read(reader) };
      case updateTypes.synchronize:
        reader.take(Math.min(2, reader.remaining));
        return { is: "synchronize" };
      case updateTypes.orders: {
        reader.take(2);
        const count = reader.take(2);
        reader.take(2);
        const orders = reader.rest();
        const body = new Uint8Array(2 + orders.length);
        body.set(count);
        body.set(orders, 2);
        return { is: "orders", body };
      }
      default:
        return { is: "unknown", type, body: reader.rest() };
    }
  },
};

/** A slow-path graphics update (TS_GRAPHICS_PDU). */
export const graphicsUpdate = struct("GraphicsUpdate", "MS-RDPBCGR 2.2.9.1.1.3.1", { update });

const updateTypes = { orders: 0, bitmaps: 1, palette: 2, synchronize: 3 } as const;
