import { decode, type Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { clientInfo } from "../clientInfo/clientInfo.ts";
import { clientBlocks } from "../gcc/clientBlocks.ts";
import { serverBlocks } from "../gcc/serverBlocks.ts";
import { licensingMessage } from "../licensing/licensing.ts";
import { securityExchange } from "../security/standard/securityExchange.ts";
import { serverCertificate } from "../security/standard/serverCertificate.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "./conference.ts";
import { connectInitial, connectResponse } from "./connectMcs.ts";
import { domainPdu } from "./domainMcs.ts";
import { readFastPathHeader } from "./fastPath.ts";
import { MessageSplitter } from "./messageSplitter.ts";
import { securityHeader } from "./securityHeader.ts";
import { readSendData } from "./sendData.ts";
import { connectionConfirm, connectionRequest, disconnectRequest, readX224Data } from "./x224.ts";

/** Takes any bytes and returns; whatever it throws is a bug. */
export type Oracle = (input: Uint8Array) => void;

/** What a peer's bytes meet from the first one to the licence, by name. */
export const handshakeOracles: Readonly<Record<string, Oracle>> = {
  messageSplitter: (input) => {
    for (const size of [1, 7, input.length]) orDecodeError(() => splitAll(input, Math.max(size, 1)));
    orDecodeError(() => {
      const splitter = new MessageSplitter();
      splitter.push(input);
      while (splitter.takeDerSequence() !== undefined);
    });
  },
  connectionRequest: decoding(connectionRequest),
  connectionConfirm: decoding(connectionConfirm),
  disconnectRequest: decoding(disconnectRequest),
  connectInitial: (input) =>
    orDecodeError(() => {
      const { userData } = decode(connectInitial, input);
      decode(clientBlocks, decode(conferenceCreateRequest, userData).blocks);
    }),
  connectResponse: (input) =>
    orDecodeError(() => {
      const { userData } = decode(connectResponse, input);
      decode(serverBlocks, decode(conferenceCreateResponse, userData).blocks);
    }),
  clientBlocks: decoding(clientBlocks),
  serverBlocks: decoding(serverBlocks),
  domainPdu: decoding(domainPdu),
  sendData: (input) => orDecodeError(() => readSendData(input)),
  x224Data: (input) => orDecodeError(() => readX224Data(input)),
  fastPathHeader: (input) => orDecodeError(() => readFastPathHeader(input)),
  securityHeader: decoding(securityHeader),
  clientInfo: decoding(clientInfo),
  licensingMessage: decoding(licensingMessage),
  securityExchange: decoding(securityExchange),
  serverCertificate: decoding(serverCertificate),
};

function decoding<T>(codec: Codec<T>): Oracle {
  return (input) => orDecodeError(() => void decode(codec, input));
}

function splitAll(input: Uint8Array, size: number): void {
  const splitter = new MessageSplitter();
  for (let at = 0; at < input.length; at += size) {
    splitter.push(input.subarray(at, at + size));
    while (splitter.take() !== undefined);
  }
}

function orDecodeError(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}
