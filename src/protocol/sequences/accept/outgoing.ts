import { encode } from "#base/bytes/codec.ts";
import { sendDataIndicationMessage } from "../../framing/sendData.ts";
import { securityHeader, type SecurityFlag } from "../../framing/securityHeader.ts";
import { channelMessage, type ChannelMessage } from "../../share/message/messageChannel.ts";
import type { ShareDataMessage } from "../../share/shareData.ts";
import { sharePdu, type ShareMessage } from "../../share/shareHeaders.ts";
import type { Joined } from "./acceptState.ts";

/** A whole message on the I/O channel: one PDU of the share. */
export function shareControlBytes(joined: Joined, message: ShareMessage): Uint8Array {
  return ioBytes(joined, encode(sharePdu, { source: serverChannelId, message }));
}

/** A whole message on the I/O channel: one message of the established share. */
export function shareBytes(joined: Joined, pdu: ShareDataMessage): Uint8Array {
  return shareControlBytes(joined, { is: "data", shareId, stream: "low", pdu });
}

/** A whole message on the I/O channel behind a security header (licensing). */
export function secureBytes(joined: Joined, flags: readonly SecurityFlag[], data: Uint8Array): Uint8Array {
  return ioBytes(joined, withHeader(flags, data));
}

/** A whole message on the message channel (auto-detect, heartbeat); undefined when the client has none. */
export function messageChannelBytes(
  { messageChannelId: channelId }: Joined,
  message: ChannelMessage,
): Uint8Array | undefined {
  if (channelId === undefined) return undefined;
  return sendDataIndicationMessage({ initiator: serverChannelId, channelId }, encode(channelMessage, message));
}

/** A whole message on a static channel: one chunk. */
export function channelBytes(channelId: number, chunk: Uint8Array): Uint8Array {
  return sendDataIndicationMessage({ initiator: serverChannelId, channelId }, chunk);
}

function ioBytes({ ioChannelId: channelId }: Joined, data: Uint8Array): Uint8Array {
  return sendDataIndicationMessage({ initiator: serverChannelId, channelId }, data);
}

function withHeader(flags: readonly SecurityFlag[], data: Uint8Array): Uint8Array {
  const header = encode(securityHeader, { flags });
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

/** The server's own channel, as Windows numbers it. */
export const serverChannelId = 0x03ea;
/** One share in the whole life of a connection: its number says nothing. */
export const shareId = 0x000103ea;
