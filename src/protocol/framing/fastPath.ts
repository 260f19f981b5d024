import { DecodeError } from "#base/bytes/decodeError.ts";

/** What stands in a fast-path header besides its length. MS-RDPBCGR 2.2.8.1.2 (input), 2.2.9.1.2 (output). */
export interface FastPathHeader {
  /** Input only: how many events follow; 0 means that a byte before the events says it. Output carries 0. */
  readonly eventCount: number;
  /** The 8 bytes of signature after the header are salted with the count of messages. */
  readonly saltedSignature: boolean;
  /** The body is encrypted, and preceded by 8 bytes of signature. */
  readonly encrypted: boolean;
  /** Where the body (or the signature) begins, in bytes. */
  readonly headerBytes: 2 | 3;
}

/** Reads the header of a whole fast-path message; its length has been checked by who cut it out. Throws DecodeError. */
export function readFastPathHeader(message: Uint8Array): FastPathHeader {
  if (message.length < 2) throw new DecodeError({ is: "truncated", needBytes: 2, haveBytes: message.length }, 0);
  const first = message[0]!;
  const headerBytes = (message[1]! & 0x80) === 0 ? 2 : 3;
  if (message.length < headerBytes)
    throw new DecodeError({ is: "truncated", needBytes: headerBytes, haveBytes: message.length }, 0);
  const length = headerBytes === 2 ? message[1]! : ((message[1]! & 0x7f) << 8) | message[2]!;
  if (length !== message.length)
    throw new DecodeError({ is: "wrongValue", expected: `a length of ${message.length}`, got: length }, 1);
  return {
    eventCount: (first >>> 2) & 15,
    saltedSignature: (first & 0x40) !== 0,
    encrypted: (first & 0x80) !== 0,
    headerBytes,
  };
}

/** The size of the header before `bodyBytes` of signature and body. */
export function fastPathHeaderBytes(bodyBytes: number): 2 | 3 {
  return bodyBytes + 2 < 0x80 ? 2 : 3;
}

export interface FastPathFields {
  readonly eventCount?: number;
  readonly saltedSignature?: boolean;
  readonly encrypted?: boolean;
}

/** Writes the header of a message with `bodyBytes` behind it at `offset` of `target`; answers where the body begins. */
export function writeFastPathHeader(
  target: Uint8Array,
  offset: number,
  bodyBytes: number,
  fields: FastPathFields = {},
): number {
  const headerBytes = fastPathHeaderBytes(bodyBytes);
  const length = headerBytes + bodyBytes;
  if (0x7fff < length) throw new RangeError(`a fast-path message holds 32767 bytes, not ${length}`);
  const security = (fields.saltedSignature === true ? 0x40 : 0) | (fields.encrypted === true ? 0x80 : 0);
  target[offset] = ((fields.eventCount ?? 0) << 2) | security;
  if (headerBytes === 2) {
    target[offset + 1] = length;
    return offset + 2;
  }
  target[offset + 1] = 0x80 | (length >>> 8);
  target[offset + 2] = length;
  return offset + 3;
}

/** A whole message around `body`. A new array. */
export function fastPath(body: Uint8Array, fields: FastPathFields = {}): Uint8Array {
  const bytes = new Uint8Array(fastPathHeaderBytes(body.length) + body.length);
  bytes.set(body, writeFastPathHeader(bytes, 0, body.length, fields));
  return bytes;
}

/** The most that one fast-path message can carry behind its header. */
export const fastPathBodyBytesMax = 0x7fff - 3;
