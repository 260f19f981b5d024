import { decodeStart } from "#base/bytes/codec.ts";
import { Reader } from "#base/bytes/reader.ts";
import { clientInfo } from "../clientInfo/clientInfo.ts";
import { securityHeader } from "../framing/securityHeader.ts";
import { licensingMessage } from "../licensing/licensing.ts";
import { securityExchange } from "../security/standard/securityExchange.ts";
import { channelMessage } from "../share/message/messageChannel.ts";
import { sharePdu, type SharePdu } from "../share/shareHeaders.ts";
import { hidden, isCut, type TracedMessage, type TracePart } from "./tracedMessage.ts";

/** What lies on the I/O channel: PDUs of the share, or one message behind a security header. */
export function ioParts(data: Uint8Array, message: TracedMessage): readonly TracePart[] {
  // A security header has zeros where a share PDU has its type.
  const isSecured = 4 <= data.length && data[2] === 0 && data[3] === 0;
  if (isSecured) return [securedPart(data)];
  const parts: TracePart[] = [];
  for (let at = 0; at === 0 || at + smallestPdu <= data.length;) {
    const rest = data.subarray(at);
    const length = rest.length < 2 ? 0 : rest[0]! | (rest[1]! << 8);
    const bytes = length < smallestPdu || rest.length < length ? rest : rest.subarray(0, length);
    parts.push(sharePart(bytes, message));
    at += Math.max(bytes.length, 1);
  }
  return parts;
}

/** What lies on the message channel. */
export function messageChannelPart(data: Uint8Array): TracePart {
  return { name: "ChannelMessage", bytes: data, secrets: "declared", facts: {}, read: readChannelMessage };
}

function readChannelMessage(reader: Reader): unknown {
  const message = channelMessage.read(reader);
  if (message.is === "unknown") reader.secrets?.push(message.body);
  return message;
}

function sharePart(bytes: Uint8Array, message: TracedMessage): TracePart {
  // Pictures for a client without fast path.
  const isPicture =
    message.direction === "toClient" && (bytes[2] ?? 0) % 16 === dataPdu && bytes[typeAt] === graphicsUpdateType;
  if (isPicture) {
    const picture = bytes.subarray(pictureAt);
    const secrets = isCut(message) ? "all" : "none";
    return { name: "GraphicsUpdate", bytes: picture, secrets, facts: { bytes: picture.length } };
  }
  return { name: "SharePdu", bytes, secrets: "declared", facts: {}, read: readShare };
}

function readShare(reader: Reader): SharePdu {
  const pdu = sharePdu.read(reader);
  const { message } = pdu;
  if (message.is === "unknown") reader.secrets?.push(message.body);
  if (message.is === "data" && (message.pdu.is === "unknown" || message.pdu.is === "compressed"))
    reader.secrets?.push(message.pdu.body);
  // What later versions append.
  const later = reader.rest();
  if (0 < later.length) reader.secrets?.push(later);
  return pdu;
}

function securedPart(data: Uint8Array): TracePart {
  const { flags } = decodeStart(securityHeader, data);
  const behind = data.subarray(securityHeaderBytes);
  const declared = (name: string, read: (reader: Reader) => unknown): TracePart => ({
    name,
    bytes: behind,
    secrets: "declared",
    facts: { flags },
    read,
  });
  if (flags.includes("encrypted")) return hidden("Encrypted", behind, { flags });
  if (flags.includes("exchange")) return declared(securityExchange.name, readAll(securityExchange));
  if (flags.includes("info")) return declared(clientInfo.name, readAll(clientInfo));
  if (flags.includes("license")) return declared("LicensingMessage", readLicensing);
  if (flags.includes("redirection")) return hidden("ServerRedirection", behind, { flags });
  return messageChannelPart(data);
}

function readAll(declared: { read(reader: Reader): unknown }): (reader: Reader) => unknown {
  return (reader) => {
    const value = declared.read(reader);
    const later = reader.rest();
    if (0 < later.length) reader.secrets?.push(later);
    return value;
  };
}

function readLicensing(reader: Reader): unknown {
  const message = licensingMessage.read(reader);
  if (message.is === "unknown") reader.secrets?.push(message.body);
  reader.expectEnd();
  return message;
}

const smallestPdu = 4;
const securityHeaderBytes = 4;
const dataPdu = 7;
/** Of the byte that says which message of the share it is, behind both headers. */
const typeAt = 14;
const graphicsUpdateType = 0x02;
/** Behind both headers. */
const pictureAt = 18;
