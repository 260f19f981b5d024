import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { sized, sizedBytes } from "#base/bytes/fields.ts";
import type { Reader } from "#base/bytes/reader.ts";

/**
 * A definite length of the Basic Encoding Rules: one byte below 128, otherwise a count of bytes, and those. X.690
 * 8.1.3.
 */
export const berLength: Codec<number> = {
  size: (value) => (value < 0x80 ? 1 : value < 0x100 ? 2 : 3),
  write: (writer, value) => {
    if (0xffff < value) throw new RangeError(`no BER length of an MCS message: ${value}`);
    if (0x100 <= value) {
      writer.u8(0x82);
      writer.u16be(value);
      return;
    }
    if (0x80 <= value) writer.u8(0x81);
    writer.u8(value);
  },
  read: (reader) => {
    const at = reader.offset;
    const first = reader.u8();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || 4 < count)
      throw new DecodeError({ is: "wrongValue", expected: "a definite length of at most 4 bytes", got: first }, at);
    return readUnsigned(reader, count);
  },
};

/** INTEGER, never negative. Read as unsigned: clients write 65535 in two bytes. */
export const berInteger: Codec<number> = {
  size: (value) => 2 + integerBytes(value),
  write: (writer, value) => {
    const count = integerBytes(value);
    writer.u8(0x02);
    writer.u8(count);
    for (let index = count - 1; 0 <= index; index--) writer.u8(Math.floor(value / 2 ** (8 * index)) & 0xff);
  },
  read: (reader) => {
    expectTag(reader, 0x02, "INTEGER");
    return readCounted(reader);
  },
};

/** ENUMERATED, one byte. */
export const berEnumerated: Codec<number> = {
  size: () => 3,
  write: (writer, value) => {
    writer.u8(0x0a);
    writer.u8(1);
    writer.u8(value);
  },
  read: (reader) => {
    expectTag(reader, 0x0a, "ENUMERATED");
    return readCounted(reader);
  },
};

/** BOOLEAN. */
export const berBoolean: Codec<boolean> = {
  size: () => 3,
  write: (writer, value) => {
    writer.u8(0x01);
    writer.u8(1);
    writer.u8(value ? 0xff : 0);
  },
  read: (reader) => {
    expectTag(reader, 0x01, "BOOLEAN");
    return readCounted(reader) !== 0;
  },
};

/** OCTET STRING of at most `atMost` bytes; lent when read. */
export function berOctetString(options: { readonly atMost: number }): Codec<Uint8Array> {
  return behindTag([0x04], "OCTET STRING", sizedBytes(berLength, options));
}

/** SEQUENCE around `inner`. */
export function berSequence<T>(inner: Codec<T>, options: { readonly atMost: number }): Codec<T> {
  return behindTag([0x30], "SEQUENCE", sized(berLength, inner, options));
}

/** An application tag of two bytes around `inner`. */
export function berApplication<T>(
  tag: readonly [number, number],
  name: string,
  inner: Codec<T>,
  options: { readonly atMost: number },
): Codec<T> {
  return behindTag(tag, name, sized(berLength, inner, options));
}

function behindTag<T>(tag: readonly number[], name: string, inner: Codec<T>): Codec<T> {
  return {
    size: (value) => tag.length + inner.size(value),
    write: (writer, value) => {
      for (const byte of tag) writer.u8(byte);
      inner.write(writer, value);
    },
    read: (reader) => {
      for (const byte of tag) expectTag(reader, byte, name);
      return inner.read(reader);
    },
  };
}

function expectTag(reader: Reader, tag: number, name: string): void {
  const at = reader.offset;
  const got = reader.u8();
  if (got !== tag) throw new DecodeError({ is: "wrongValue", expected: `the tag of ${name} (${tag})`, got }, at);
}

function readCounted(reader: Reader): number {
  const at = reader.offset;
  const count = berLength.read(reader);
  if (count === 0 || 5 < count)
    throw new DecodeError({ is: "wrongValue", expected: "a number of 1 to 5 bytes", got: count }, at);
  return readUnsigned(reader, count);
}

function readUnsigned(reader: Reader, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value = value * 256 + reader.u8();
  return value;
}

/** One more byte when the top bit is set, which would otherwise read as a sign. */
function integerBytes(value: number): number {
  let count = 1;
  while (2 ** (8 * count - 1) <= value) count++;
  return count;
}
