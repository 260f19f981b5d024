import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import type { Writer } from "#base/bytes/writer.ts";

/**
 * The first byte of every message of MS-RDPEDYC: two bits cbId, two bits Sp (Pri, Len), four bits Cmd. MS-RDPEDYC 2.2
 */
export interface DynamicHeader {
  /** How many bytes a channel id has: 0, 1, 2 mean 1, 2, 4; 3 is not valid. */
  readonly idCode: number;
  /** Means something else in each message: a priority class, the width of a length, or nothing. */
  readonly sp: number;
  readonly command: number;
}

/** Cmd. MS-RDPEDYC 2.2; the compressed ones exist in version 3 only. */
export const dynamicCommands = {
  create: 0x01,
  dataFirst: 0x02,
  data: 0x03,
  close: 0x04,
  capabilities: 0x05,
  dataFirstCompressed: 0x06,
  dataCompressed: 0x07,
  softSyncRequest: 0x08,
  softSyncResponse: 0x09,
} as const;

/** The command of the message that starts at the reader's place, which stays where it is. */
export function peekCommand(reader: Reader): number {
  const first = reader.bytes[reader.offset];
  if (reader.remaining < 1 || first === undefined) {
    throw new DecodeError({ is: "truncated", needBytes: 1, haveBytes: 0 }, reader.offset);
  }
  return first >>> 4;
}

/** Reads the byte; another command than `expected` is a DecodeError. */
export function readHeader(reader: Reader, expected: number): DynamicHeader {
  const at = reader.offset;
  const byte = reader.u8();
  const command = byte >>> 4;
  if (command !== expected)
    throw new DecodeError({ is: "wrongValue", expected: `command ${expected}`, got: command }, at);
  return { idCode: byte & 3, sp: (byte >>> 2) & 3, command };
}

export function writeHeader(writer: Writer, header: DynamicHeader): void {
  writer.u8((header.command << 4) | (header.sp << 2) | header.idCode);
}

/** The code of the narrowest field that holds `value`. */
export function widthCode(value: number): number {
  return value <= 0xff ? 0 : value <= 0xffff ? 1 : 2;
}

/** In bytes, of a field with this code. */
export function widthBytes(code: number): number {
  return 1 << code;
}

/** Reads a field of 1, 2 or 4 bytes; code 3 is a DecodeError. */
export function readVariable(reader: Reader, code: number): number {
  switch (code) {
    case 0:
      return reader.u8();
    case 1:
      return reader.u16le();
    case 2:
      return reader.u32le();
    default:
      throw new DecodeError({ is: "wrongValue", expected: "width code 0 … 2", got: code }, reader.offset);
  }
}

export function writeVariable(writer: Writer, code: number, value: number): void {
  if (code === 0) writer.u8(value);
  else if (code === 1) writer.u16le(value);
  else writer.u32le(value);
}
