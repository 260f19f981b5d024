import { encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { controlFlags } from "./orderFlags.ts";
import type { PrimaryOrder } from "./primaryOrder.ts";
import { PrimaryOrderReader, type ReadPrimaryOrder } from "./primaryOrderReader.ts";
import { PrimaryOrderWriter } from "./primaryOrderWriter.ts";
import { secondaryOrder, type SecondaryOrder } from "./secondaryOrder.ts";

/** A drawing order as it is to be sent. */
export type DrawingOrder = PrimaryOrder | SecondaryOrder;

/** A drawing order as it is read. */
export type ReadOrder = ({ readonly is: "primary" } & ReadPrimaryOrder) | SecondaryOrder;

/** Orders by their bytes, which depend on all that came before; one for a connection. */
export class OrderWriter {
  readonly #primary = new PrimaryOrderWriter();

  /** The client may have forgotten all. */
  restart(): void {
    this.#primary.restart();
  }

  /** Given; to be sent in order. */
  write(order: DrawingOrder): Uint8Array {
    switch (order.is) {
      case "scrBlt":
      case "opaqueRect":
      case "memBlt":
        return this.#primary.write(order);
      default: {
        const body = encode(secondaryOrder, order);
        const bytes = new Uint8Array(1 + body.length);
        bytes[0] = controlFlags.standard | controlFlags.secondary;
        bytes.set(body, 1);
        return bytes;
      }
    }
  }
}

/**
 * Orders as the bodies of updates: a count, then so many orders, in no more than `bytesMax` bytes where there are
 * several. MS-RDPEGDI 2.2.2.2
 */
export function orderUpdates(orders: readonly Uint8Array[], bytesMax: number): readonly Uint8Array[] {
  const updates: Uint8Array[] = [];
  let [first, bytes] = [0, 2];
  const close = (end: number): void => {
    const body = new Uint8Array(bytes);
    new DataView(body.buffer).setUint16(0, end - first, true);
    let at = 2;
    for (const order of orders.slice(first, end)) {
      body.set(order, at);
      at += order.length;
    }
    updates.push(body);
    [first, bytes] = [end, 2];
  };
  for (const [index, order] of orders.entries()) {
    if (first < index && bytesMax < bytes + order.length) close(index);
    bytes += order.length;
  }
  if (first < orders.length) close(orders.length);
  return updates;
}

/** A client's side: reads the bodies of updates, and remembers what later ones leave out. */
export class OrderReader {
  readonly #primary = new PrimaryOrderReader();

  /** A new share begins. */
  restart(): void {
    this.#primary.restart();
  }

  /** Throws DecodeError, also for orders that we do not speak: they have no length. */
  read(body: Uint8Array): readonly ReadOrder[] {
    const reader = new Reader(body);
    const orders: ReadOrder[] = [];
    for (let count = reader.u16le(); 0 < count; count--) {
      const at = reader.offset;
      const flags = reader.u8();
      if ((flags & controlFlags.standard) === 0) {
        throw new DecodeError({ is: "wrongValue", expected: "a primary or secondary order", got: flags }, at);
      }
      if ((flags & controlFlags.secondary) !== 0) orders.push(secondaryOrder.read(reader));
      else orders.push({ is: "primary", ...this.#primary.read(flags, reader) });
    }
    return orders;
  }
}
