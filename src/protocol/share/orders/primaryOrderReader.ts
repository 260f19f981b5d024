import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import type { Rectangle } from "#base/geometry.ts";
import { controlFlags, fieldFlagBytes } from "./orderFlags.ts";
import {
  fieldsOf,
  orderOfNumbers,
  orderOfType,
  type FieldKind,
  type PrimaryOrder,
  type PrimaryOrderName,
} from "./primaryOrder.ts";

/** A primary order, and to which part of the screen it is confined, if to any. */
export interface ReadPrimaryOrder {
  readonly order: PrimaryOrder;
  readonly bounds?: Rectangle;
}

/** The receiving end of primary drawing orders. MS-RDPEGDI 3.2.5.1.1.1 */
export class PrimaryOrderReader {
  #type: PrimaryOrderName | undefined;
  readonly #last = new Map<PrimaryOrderName, readonly number[]>();
  /** Left, top, right, bottom; all of it belongs to them. */
  #bounds: readonly number[] = [0, 0, 0, 0];

  /** All is zero again, as in a new share. */
  restart(): void {
    this.#type = undefined;
    this.#last.clear();
    this.#bounds = [0, 0, 0, 0];
  }

  /** What stands behind the control flags. Throws DecodeError; orders of types that we do not speak have no length. */
  read(flags: number, reader: Reader): ReadPrimaryOrder {
    const at = reader.offset;
    const type = (flags & controlFlags.typeChange) === 0 ? this.#type : orderOfType(reader.u8());
    if (type === undefined) {
      throw new DecodeError({ is: "wrongValue", expected: "ScrBlt, OpaqueRect or MemBlt", got: flags }, at);
    }
    const { fields } = fieldsOf(type);
    const flagged = readFlags(reader, fieldFlagBytes(fields.length) - (flags >> 6));
    const bounds = (flags & controlFlags.bounds) === 0 ? undefined : this.#readBounds(flags, reader);
    const last = this.#last.get(type) ?? fields.map(() => 0);
    const isDelta = (flags & controlFlags.deltaCoordinates) !== 0;
    const numbers = fields.map((kind, index) =>
      (flagged & (1 << index)) === 0 ? last[index]! : readField(reader, kind, isDelta ? last[index] : undefined),
    );
    this.#type = type;
    this.#last.set(type, numbers);
    const order = orderOfNumbers(type, numbers);
    return bounds === undefined ? { order } : { order, bounds };
  }

  /** For each edge a bit that says it comes whole, or one that says it comes as a difference. */
  #readBounds(flags: number, reader: Reader): Rectangle {
    if ((flags & controlFlags.sameBounds) === 0) {
      const edges = reader.u8();
      this.#bounds = this.#bounds.map((last, edge) => {
        if ((edges & (1 << edge)) !== 0) return reader.i16le();
        return (edges & (0x10 << edge)) === 0 ? last : toCoordinate(last + reader.i8());
      });
    }
    const [left = 0, top = 0, right = 0, bottom = 0] = this.#bounds;
    return { x: left, y: top, width: Math.max(0, right - left + 1), height: Math.max(0, bottom - top + 1) };
  }
}

function readFlags(reader: Reader, bytes: number): number {
  let flags = 0;
  for (let index = 0; index < bytes; index++) flags |= reader.u8() << (index * 8);
  return flags;
}

function readField(reader: Reader, kind: FieldKind, last: number | undefined): number {
  if (kind === "u8") return reader.u8();
  if (kind === "u16") return reader.u16le();
  return last === undefined ? reader.i16le() : toCoordinate(last + reader.i8());
}

/** Differences run over as 16 bits do. */
function toCoordinate(number: number): number {
  return (number << 16) >> 16;
}
