import { DecodeError } from "#base/bytes/decodeError.ts";

/** Where the data lies in a TPKT message that carries MCS send data. */
export interface SendData {
  readonly is: "request" | "indication";
  /** The sender's user channel. */
  readonly initiator: number;
  readonly channelId: number;
  /** Lent: a view into the message. */
  readonly data: Uint8Array;
}

/**
 * Unwraps a whole TPKT message: X.224 data, MCS send data. Undefined when it carries another MCS message (then see
 * `domainMcs.ts`). Throws DecodeError. T.125 7 part 7, by hand: every virtual channel chunk passes here.
 */
export function readSendData(message: Uint8Array): SendData | undefined {
  if (message.length < SHORTEST) return undefined;
  if (message[4] !== 0x02 || message[5] !== 0xf0 || message[6] !== 0x80)
    throw new DecodeError({ is: "wrongValue", expected: "an X.224 data header (02 f0 80)", got: message[4]! }, 4);
  const choice = message[7]! >>> 2;
  if (choice !== REQUEST && choice !== INDICATION) return undefined;
  const short = message[13]!;
  const start = short < 0x80 ? 14 : 15;
  if (message.length < start)
    throw new DecodeError({ is: "truncated", needBytes: start, haveBytes: message.length }, 13);
  const length = short < 0x80 ? short : ((short & 0x7f) << 8) | message[14]!;
  if (message.length !== start + length)
    throw new DecodeError({ is: "truncated", needBytes: start + length, haveBytes: message.length }, 13);
  return {
    is: choice === REQUEST ? "request" : "indication",
    initiator: ((message[8]! << 8) | message[9]!) + 1001,
    channelId: (message[10]! << 8) | message[11]!,
    data: message.subarray(start),
  };
}

export interface SendDataAddress {
  readonly initiator: number;
  readonly channelId: number;
}

/** A whole TPKT message from the server around `data`. A new array. */
export function sendDataIndicationMessage(address: SendDataAddress, data: Uint8Array): Uint8Array {
  return wrap(INDICATION, address, data);
}

/** A whole TPKT message from the client around `data`. A new array. */
export function sendDataRequestMessage(address: SendDataAddress, data: Uint8Array): Uint8Array {
  return wrap(REQUEST, address, data);
}

/**
 * Writes the headers of a message from the server into the `sendDataHeaderBytes` bytes at `offset` of `target`, before
 * `dataBytes` of data that is already there: for encoders which leave room in front and copy nothing.
 */
export function writeSendDataIndicationHeader(
  target: Uint8Array,
  offset: number,
  address: SendDataAddress,
  dataBytes: number,
): void {
  writeHeader(target, offset, INDICATION, address, dataBytes);
  target[offset + 13] = 0x80 | (dataBytes >>> 8);
  target[offset + 14] = dataBytes;
  writeTpktLength(target, offset, sendDataHeaderBytes + dataBytes);
}

/** TPKT 4, X.224 3, choice 1, initiator 2, channel 2, priority 1, length 2. */
export const sendDataHeaderBytes = 15;

/** The most that one message can carry. */
export const sendDataBytesMax = 0x7fff - sendDataHeaderBytes;

function wrap(choice: number, address: SendDataAddress, data: Uint8Array): Uint8Array {
  const isShort = data.length < 0x80;
  const headerBytes = isShort ? sendDataHeaderBytes - 1 : sendDataHeaderBytes;
  const message = new Uint8Array(headerBytes + data.length);
  writeHeader(message, 0, choice, address, data.length);
  if (isShort) message[13] = data.length;
  else {
    message[13] = 0x80 | (data.length >>> 8);
    message[14] = data.length;
  }
  writeTpktLength(message, 0, message.length);
  message.set(data, headerBytes);
  return message;
}

function writeHeader(target: Uint8Array, offset: number, choice: number, to: SendDataAddress, dataBytes: number): void {
  if (sendDataBytesMax < dataBytes)
    throw new RangeError(`one MCS message carries ${sendDataBytesMax} bytes, not ${dataBytes}`);
  const initiator = to.initiator - 1001;
  target[offset] = 3;
  target[offset + 1] = 0;
  target[offset + 4] = 0x02;
  target[offset + 5] = 0xf0;
  target[offset + 6] = 0x80;
  target[offset + 7] = choice << 2;
  target[offset + 8] = initiator >>> 8;
  target[offset + 9] = initiator;
  target[offset + 10] = to.channelId >>> 8;
  target[offset + 11] = to.channelId;
  // Priority high, segmentation first and last.
  target[offset + 12] = 0x70;
}

function writeTpktLength(target: Uint8Array, offset: number, length: number): void {
  target[offset + 2] = length >>> 8;
  target[offset + 3] = length;
}

const REQUEST = 25;
const INDICATION = 26;
const SHORTEST = 14;
