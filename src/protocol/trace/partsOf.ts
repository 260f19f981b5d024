import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { conferenceCreateRequest, conferenceCreateResponse } from "../framing/conference.ts";
import { connectInitial, connectResponse } from "../framing/connectMcs.ts";
import { domainPdu } from "../framing/domainMcs.ts";
import { connectionConfirm, connectionRequest, disconnectRequest } from "../framing/x224.ts";
import { clientBlocks } from "../gcc/clientBlocks.ts";
import { serverBlocks } from "../gcc/serverBlocks.ts";
import { tsRequest } from "../security/nla/tsRequest.ts";
import { channelParts } from "./channelParts.ts";
import { fastPathParts } from "./fastPathParts.ts";
import { ioParts, messageChannelPart } from "./ioParts.ts";
import { hidden, isCut, type TracedMessage, type TracePart } from "./tracedMessage.ts";
import type { Where } from "./where.ts";

/**
 * What lies in a message, in order; `where` is moved on by it. Whatever the bytes are, this does not throw: what cannot
 * be read is one part named "malformed" that is secret as a whole.
 */
export function partsOf(message: TracedMessage, where: Where): readonly TracePart[] {
  switch (message.form) {
    case "fastPath":
      return fastPathParts(message);
    case "der":
      return [credSspPart(message)];
    case "tpkt":
      return tpktParts(message, where);
  }
}

function credSspPart({ bytes }: TracedMessage): TracePart {
  // The answer about the user's rights comes in four bytes behind CredSSP. MS-RDPBCGR 5.4.2.3
  if (bytes.length === earlyAnswerBytes && bytes[0] !== derSequenceTag)
    return { name: "EarlyUserAuthorization", bytes, secrets: "none", facts: {}, read: (reader) => reader.u32le() };
  return { name: tsRequest.name, bytes, secrets: "declared", facts: {}, read: (reader) => tsRequest.read(reader) };
}

function tpktParts(message: TracedMessage, where: Where): readonly TracePart[] {
  const { bytes } = message;
  if (bytes.length <= x224CodeAt || bytes[0] !== 3) return [hidden("malformed", bytes.subarray(1))];
  const payload = bytes.subarray(tpktBytes);
  switch (bytes[x224CodeAt]! & 0xf0) {
    case 0xe0:
      return [plainPart(connectionRequest, payload)];
    case 0xd0:
      return [plainPart(connectionConfirm, payload)];
    case 0x80:
      return [plainPart(disconnectRequest, payload)];
    case 0xf0:
      return mcsParts(message, where);
    default:
      return [hidden("malformed", payload)];
  }
}

function mcsParts(message: TracedMessage, where: Where): readonly TracePart[] {
  const { bytes, direction } = message;
  const body = bytes.subarray(x224DataBytes);
  if (body.length === 0) return [hidden("malformed", body)];
  if (body[0] === 0x7f) return [direction === "fromClient" ? initialPart(body, where) : responsePart(body, where)];
  where.joined = true;
  const choice = body[0]! >>> 2;
  if (choice !== sendDataRequest && choice !== sendDataIndication) {
    return [plainPart({ name: "DomainPdu", read: (reader) => domainPdu.read(reader) }, body)];
  }
  if (body.length < sendDataHeaderBytes) return [hidden("malformed", body)];
  const channelId = (body[3]! << 8) | body[4]!;
  const isShort = body[6]! < 0x80;
  const data = body.subarray(sendDataHeaderBytes + (isShort ? 0 : 1));
  if (channelId === where.ioChannelId) return ioParts(data, message);
  if (channelId === where.messageChannelId) return [messageChannelPart(data)];
  return channelParts({ channelId, data, direction, isCut: isCut(message) }, where);
}

function initialPart(bytes: Uint8Array, where: Where): TracePart {
  learn(() => {
    const { userData } = connectInitial.read(new Reader(bytes));
    const { clientNetwork } = decode(clientBlocks, decode(conferenceCreateRequest, userData).blocks);
    where.wanted = (clientNetwork?.channels ?? []).map(({ name }) => name);
  });
  return { name: "ConnectInitial", bytes, secrets: "declared", facts: {}, read: readInitial };
}

function readInitial(reader: Reader): unknown {
  const { userData, ...parameters } = connectInitial.read(reader);
  return { ...decode(clientBlocks, decode(conferenceCreateRequest, userData).blocks), ...parameters };
}

function responsePart(bytes: Uint8Array, where: Where): TracePart {
  learn(() => {
    const { userData } = connectResponse.read(new Reader(bytes));
    const { serverNetwork, serverMessageChannel } = decode(
      serverBlocks,
      decode(conferenceCreateResponse, userData).blocks,
    );
    const ids = serverNetwork?.channelIds ?? [];
    where.know({
      ioChannelId: serverNetwork?.ioChannelId ?? where.ioChannelId,
      messageChannelId: serverMessageChannel?.channelId,
      channels: where.wanted.flatMap((name, index) => {
        const id = ids[index];
        return id === undefined ? [] : [{ name, id }];
      }),
    });
  });
  return { name: "ConnectResponse", bytes, secrets: "declared", facts: {}, read: readResponse };
}

function readResponse(reader: Reader): unknown {
  const { userData, ...parameters } = connectResponse.read(reader);
  if (userData.length === 0) return parameters;
  return { ...decode(serverBlocks, decode(conferenceCreateResponse, userData).blocks), ...parameters };
}

/** What cannot be read teaches nothing: its part will say why. */
function learn(from: () => void): void {
  try {
    from();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}

function plainPart(declared: { readonly name: string; read(reader: Reader): unknown }, bytes: Uint8Array): TracePart {
  return { name: declared.name, bytes, secrets: "declared", facts: {}, read: (reader) => declared.read(reader) };
}

const tpktBytes = 4;
const x224CodeAt = 5;
const x224DataBytes = 7;
const sendDataRequest = 25;
const sendDataIndication = 26;
/** Choice, initiator, channel, priority, and a length of one byte. */
const sendDataHeaderBytes = 7;
const derSequenceTag = 0x30;
const earlyAnswerBytes = 4;
