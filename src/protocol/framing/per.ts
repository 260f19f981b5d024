import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";

/**
 * A length of the Packed Encoding Rules, aligned. X.691 10.9 ends at 16383 and goes on in fragments; RDP uses all
 * 15 bits behind the marker instead, and so do its clients.
 */
export const perLength: Codec<number> = {
  size: (value) => (value < 0x80 ? 1 : 2),
  write: (writer, value) => {
    if (0x7fff < value) throw new RangeError(`no PER length: ${value}`);
    if (value < 0x80) writer.u8(value);
    else writer.u16be(0x8000 | value);
  },
  read: (reader) => {
    const first = reader.u8();
    return first < 0x80 ? first : ((first & 0x7f) << 8) | reader.u8();
  },
};

/** INTEGER without a range, never negative, at most 4 bytes. */
export const perInteger: Codec<number> = {
  size: (value) => 1 + byteCount(value),
  write: (writer, value) => {
    const count = byteCount(value);
    writer.u8(count);
    for (let index = count - 1; 0 <= index; index--) writer.u8((value >>> (8 * index)) & 0xff);
  },
  read: (reader) => {
    const at = reader.offset;
    const count = perLength.read(reader);
    if (count === 0 || 4 < count)
      throw new DecodeError({ is: "wrongValue", expected: "an integer of 1 to 4 bytes", got: count }, at);
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 256 + reader.u8();
    return value;
  },
};

function byteCount(value: number): number {
  return value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x100_0000 ? 3 : 4;
}
