import { dynamicCommands, widthBytes, widthCode } from "./dynamicHeader.ts";

/**
 * The largest message of MS-RDPEDYC with its header, so that it is one chunk of the static channel. MS-RDPEDYC
 * 3.1.5.1.4
 */
export const dynamicMessageBytesMax = 1600;

/** Where a piece of a message lies, and the header that goes before it. */
export interface DataPiece {
  readonly header: Uint8Array;
  /** In bytes from the start of the message. */
  readonly start: number;
  readonly end: number;
}

/**
 * How a message of `length` bytes is cut for its channel, for those who copy it into a buffer of their own.
 * One DYNVC_DATA where it fits, else DYNVC_DATA_FIRST and as many DYNVC_DATA as it takes. MS-RDPEDYC 3.1.5.1.4
 */
export function cutDynamicData(channelId: number, length: number): DataPiece[] {
  const data = dataHeader(channelId);
  if (data.length + length <= dynamicMessageBytesMax) return [{ header: data, start: 0, end: length }];
  const first = dataFirstHeader(channelId, length);
  const pieces: DataPiece[] = [];
  for (let start = 0, header = first; start < length; header = data) {
    const end = Math.min(start + dynamicMessageBytesMax - header.length, length);
    pieces.push({ header, start, end });
    start = end;
  }
  return pieces;
}

/** The messages of MS-RDPEDYC that carry `message`, given; each byte is copied once. */
export function splitDynamicData(channelId: number, message: Uint8Array): Uint8Array[] {
  return cutDynamicData(channelId, message.length).map(({ header, start, end }) => {
    const bytes = new Uint8Array(header.length + end - start);
    bytes.set(header);
    bytes.set(message.subarray(start, end), header.length);
    return bytes;
  });
}

function dataHeader(channelId: number): Uint8Array {
  const idCode = widthCode(channelId);
  const header = new Uint8Array(1 + widthBytes(idCode));
  header[0] = (dynamicCommands.data << 4) | idCode;
  putVariable(header, 1, idCode, channelId);
  return header;
}

function dataFirstHeader(channelId: number, length: number): Uint8Array {
  const idCode = widthCode(channelId);
  const lengthCode = widthCode(length);
  const lengthAt = 1 + widthBytes(idCode);
  const header = new Uint8Array(lengthAt + widthBytes(lengthCode));
  header[0] = (dynamicCommands.dataFirst << 4) | (lengthCode << 2) | idCode;
  putVariable(header, 1, idCode, channelId);
  putVariable(header, lengthAt, lengthCode, length);
  return header;
}

function putVariable(target: Uint8Array, at: number, code: number, value: number): void {
  for (let index = 0; index < widthBytes(code); index++) target[at + index] = value >>> (8 * index);
}
