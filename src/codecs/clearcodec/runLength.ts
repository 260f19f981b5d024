import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";

/** Bytes of the run length factors of `length` pixels. MS-RDPEGFX 2.2.4.1.1.1.1 */
export function runLengthBytes(length: number): number {
  return length < 0xff ? 1 : length < 0xffff ? 3 : 7;
}

/** Writes the run length factors of `length` pixels at `at`; gives where they end. */
export function writeRunLength(length: number, out: Uint8Array, at: number): number {
  if (length < 0xff) {
    out[at] = length;
    return at + 1;
  }
  out[at++] = 0xff;
  const isLong = 0xffff <= length;
  const middle = isLong ? 0xffff : length;
  out[at++] = middle;
  out[at++] = middle >>> 8;
  if (isLong) for (let shift = 0; shift < 32; shift += 8) out[at++] = length >>> shift;
  return at;
}

/** The run length factors; more than `atMost` pixels, the room that is left, are a DecodeError. */
export function readRunLength(reader: Reader, atMost: number): number {
  const start = reader.offset;
  let length = reader.u8();
  if (length === 0xff) length = reader.u16le();
  if (length === 0xffff) length = reader.u32le();
  if (atMost < length) throw new DecodeError({ is: "overLimit", limit: atMost, got: length, of: "run length" }, start);
  return length;
}
