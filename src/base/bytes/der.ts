import { named, type Codec } from "./codec.ts";
import { DecodeError } from "./decodeError.ts";
import { rest } from "./fields.ts";
import type { Reader } from "./reader.ts";
import { struct, type Struct, type StructValue } from "./struct.ts";
import type { Writer } from "./writer.ts";

/** One element of X.690 DER: `tag` (one byte), its length, and `inner` in exactly that many bytes. */
export function der<T>(tag: number, inner: Codec<T>): Codec<T> {
  return {
    size: (value) => {
      const size = inner.size(value);
      return 1 + lengthSize(size) + size;
    },
    write: (writer, value) => {
      writer.u8(tag);
      writeLength(writer, inner.size(value));
      inner.write(writer, value);
    },
    read: (reader) => {
      const within = enter(reader, tag);
      const value = inner.read(within);
      within.expectEnd();
      return value;
    },
  };
}

/** The explicitly tagged member [number] of a sequence. */
export function derMember<T>(number: number, inner: Codec<T>): Codec<T> {
  return der(0xa0 | number, inner);
}

/** As derMember(), absent when the next element has another tag. */
export function derOptionalMember<T>(number: number, inner: Codec<T>): Codec<T | undefined> {
  const member = derMember(number, inner);
  return {
    size: (value) => (value === undefined ? 0 : member.size(value)),
    write: (writer, value) => {
      if (value !== undefined) member.write(writer, value);
    },
    read: (reader) =>
      0 < reader.remaining && reader.bytes[reader.offset] === (0xa0 | number) ? member.read(reader) : undefined,
  };
}

/** A SEQUENCE declared like a struct; members behind the declared ones are a later version's, and ignored. */
export function derSequence<const Name extends string, const F extends { readonly [K in keyof F]: Codec<any> }>(
  name: Name,
  spec: string,
  members: F,
): Struct<StructValue<F>, Name> {
  const inner = struct(name, spec, members);
  const element = der(sequenceTag, inner);
  return { ...inner, size: element.size, write: element.write, read: (reader) => readExtensible(reader, inner) };
}

/** SEQUENCE OF, `atMost` items. */
export function derSequenceOf<T>(item: Codec<T>, options: { readonly atMost: number }): Codec<readonly T[]> {
  return der(sequenceTag, {
    size: (items) => items.reduce((sum, each) => sum + item.size(each), 0),
    write: (writer, items) => {
      for (const each of items) item.write(writer, each);
    },
    read: (reader) => {
      const items: T[] = [];
      while (0 < reader.remaining) {
        const got = items.length + 1;
        if (!(got <= options.atMost))
          throw new DecodeError({ is: "overLimit", limit: options.atMost, got, of: "count" }, reader.offset);
        items.push(named(`[${items.length}]`, undefined, () => item.read(reader)));
      }
      return items;
    },
  });
}

/** OCTET STRING; lent when read. */
export const derOctets: Codec<Uint8Array> = der(0x04, rest);

/** INTEGER from -2^31 to 2^31-1, in as few bytes as it needs; longer forms of it are read too. */
export const derInteger: Codec<number> = der(0x02, {
  size: integerSize,
  write: (writer, value) => {
    for (let left = integerSize(value) - 1; 0 <= left; left--) writer.u8((value >> (left * 8)) & 0xff);
  },
  read: readInteger,
});

/** INTEGER of 32 bits that is always written in four bytes, its sign bit included; read as unsigned. */
export const derInteger32: Codec<number> = der(0x02, {
  size: () => 4,
  write: (writer, value) => writer.u32be(value >>> 0),
  read: (reader) => readInteger(reader) >>> 0,
});

/** OBJECT IDENTIFIER in dotted form: "1.3.6.1.5.5.2". */
export const derObjectIdentifier: Codec<string> = der(0x06, {
  size: (dotted) => arcBytes(dotted).length,
  write: (writer, dotted) => writer.put(Uint8Array.from(arcBytes(dotted))),
  read: readArcs,
});

/**
 * The length in bytes of the element whose first bytes are `prefix`; undefined while too few of them are there.
 * DecodeError for another tag than `tag` and for more than `atMost` bytes.
 */
export function derElementLength(
  prefix: Uint8Array,
  options: { readonly tag: number; readonly atMost: number },
): number | undefined {
  const [tag, first] = prefix;
  if (tag === undefined) return undefined;
  if (tag !== options.tag) throw new DecodeError({ is: "wrongValue", expected: tagText(options.tag), got: tag }, 0);
  if (first === undefined) return undefined;
  const header = 2 + (first < 0x80 ? 0 : lengthBytes(first, 1));
  if (prefix.length < header) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let index = 2; index < header; index++) length = length * 256 + prefix[index]!;
  const got = header + length;
  if (!(got <= options.atMost)) throw new DecodeError({ is: "overLimit", limit: options.atMost, got, of: "length" }, 1);
  return got;
}

function enter(reader: Reader, tag: number): Reader {
  const at = reader.offset;
  const got = reader.u8();
  if (got !== tag) throw new DecodeError({ is: "wrongValue", expected: tagText(tag), got }, at);
  const first = reader.u8();
  let length = first < 0x80 ? first : 0;
  if (0x80 <= first) for (let left = lengthBytes(first, at + 1); 0 < left; left--) length = length * 256 + reader.u8();
  return reader.within(length);
}

function readExtensible<T>(reader: Reader, inner: Struct<T>): T {
  return inner.read(named(inner.name, inner.spec, () => enter(reader, sequenceTag)));
}

function lengthBytes(first: number, at: number): number {
  const count = first & 0x7f;
  if (!(1 <= count && count <= 4))
    throw new DecodeError({ is: "wrongValue", expected: "a definite length of at most 4 bytes", got: first }, at);
  return count;
}

function lengthSize(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4;
}

function writeLength(writer: Writer, length: number): void {
  const more = lengthSize(length) - 1;
  if (more === 0) return writer.u8(length);
  writer.u8(0x80 | more);
  for (let left = more - 1; 0 <= left; left--) writer.u8((length >>> (left * 8)) & 0xff);
}

function integerSize(value: number): number {
  const magnitude = value < 0 ? ~value : value;
  return magnitude < 0x80 ? 1 : magnitude < 0x8000 ? 2 : magnitude < 0x800000 ? 3 : 4;
}

/** Five bytes are read as well: some peers put a zero in front of a number whose top bit is set. */
function readInteger(reader: Reader): number {
  const at = reader.offset;
  const bytes = reader.rest();
  const tooLong = bytes.length === 5 && bytes[0] === 0;
  if (!((1 <= bytes.length && bytes.length <= 4) || tooLong))
    throw new DecodeError({ is: "wrongValue", expected: "an integer of 1 to 4 bytes", got: bytes.length }, at);
  let value = 0x80 <= bytes[0]! ? -1 : 0;
  for (const byte of bytes) value = (value << 8) | byte;
  return value;
}

function arcBytes(dotted: string): number[] {
  const [first = 0, second = 0, ...more] = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...more]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); 0 < left; left = Math.floor(left / 128)) groups.unshift(128 | (left % 128));
    bytes.push(...groups);
  }
  return bytes;
}

function readArcs(reader: Reader): string {
  const at = reader.offset;
  const arcs: number[] = [];
  let arc = 0;
  let whole = false;
  for (const byte of reader.rest()) {
    arc = arc * 128 + (byte & 0x7f);
    if (!(arc <= 0xffffffff))
      throw new DecodeError({ is: "wrongValue", expected: "an arc of at most 32 bits", got: arc }, at);
    whole = byte < 0x80;
    if (!whole) continue;
    arcs.push(arc);
    arc = 0;
  }
  if (!whole) throw new DecodeError({ is: "wrongValue", expected: "an object identifier", got: "half of one" }, at);
  const [head = 0, ...tail] = arcs;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...tail].join(".");
}

function tagText(tag: number): string {
  return `tag 0x${tag.toString(16)}`;
}

const sequenceTag = 0x30;
