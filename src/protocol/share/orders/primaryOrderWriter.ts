import { Writer } from "#base/bytes/writer.ts";
import { controlFlags, fieldFlagBytes } from "./orderFlags.ts";
import { fieldsOf, numbersOfOrder, type FieldKind, type PrimaryOrder, type PrimaryOrderName } from "./primaryOrder.ts";

/**
 * The sending end of primary drawing orders: each says only what differs from the last one of its kind, so that whoever
 * reads must have read all before. MS-RDPEGDI 2.2.2.2.1.1.2
 */
export class PrimaryOrderWriter {
  #type: PrimaryOrderName | undefined;
  readonly #last = new Map<PrimaryOrderName, readonly number[]>();

  /** The reader may have forgotten all: each kind is said in full again. */
  restart(): void {
    this.#type = undefined;
    this.#last.clear();
  }

  /** The bytes of one order, given. To be sent in order. */
  write(order: PrimaryOrder): Uint8Array {
    const { type, fields } = fieldsOf(order.is);
    const numbers = numbersOfOrder(order);
    const last = this.#last.get(order.is);
    const changed = fields.map((_, index) => last?.[index] !== numbers[index]);
    const isDelta = last !== undefined && fields.every((kind, at) => isShort(kind, numbers[at]! - last[at]!));
    const flagged = flagBytes(changed);
    const writer = new Writer(new Uint8Array(orderBytesMax));
    writer.u8(
      controlFlags.standard |
        (this.#type === order.is ? 0 : controlFlags.typeChange) |
        (isDelta ? controlFlags.deltaCoordinates : 0) |
        // So many bytes of field flags are left out, from the last one: they are zero.
        ((fieldFlagBytes(fields.length) - flagged.length) * controlFlags.zeroFieldByte),
    );
    if (this.#type !== order.is) writer.u8(type);
    writer.put(flagged);
    for (const [index, kind] of fields.entries()) {
      if (changed[index] === true) writeField(writer, kind, numbers[index]!, isDelta ? last[index] : undefined);
    }
    this.#type = order.is;
    this.#last.set(order.is, numbers);
    return writer.bytes.slice(0, writer.offset);
  }
}

/** `last`: what the field was before, where coordinates are said as differences. */
function writeField(writer: Writer, kind: FieldKind, number: number, last: number | undefined): void {
  if (kind === "u8") writer.u8(number);
  else if (kind === "u16") writer.u16le(number);
  else if (last === undefined) writer.i16le(number);
  else writer.i8(number - last);
}

function isShort(kind: FieldKind, difference: number): boolean {
  return kind !== "coordinate" || (-128 <= difference && difference <= 127);
}

/** A bit for each field, without the zero bytes at the end. */
function flagBytes(changed: readonly boolean[]): Uint8Array {
  const bits = changed.reduce((sum, isChanged, index) => (isChanged ? sum | (1 << index) : sum), 0);
  return bits === 0 ? new Uint8Array(0) : bits < 0x100 ? Uint8Array.of(bits) : Uint8Array.of(bits & 0xff, bits >> 8);
}

/** Flags, a type, two bytes of field flags, and what the longest order has in fields. */
const orderBytesMax = 32;
