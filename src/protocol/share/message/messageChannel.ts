import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { bytes, code, ignored, padding } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { secret } from "#base/bytes/secret.ts";
import { struct } from "#base/bytes/struct.ts";
import {
  autoDetectRequest,
  autoDetectResponse,
  type AutoDetectRequest,
  type AutoDetectResponse,
} from "./autoDetect.ts";

/** "I am alive": the client notices when beats stay out (TS_HEARTBEAT_PDU). */
export const heartbeat = struct("Heartbeat", "MS-RDPBCGR 2.2.16.1", {
  reserved: ignored(u8),
  /** In seconds, between beats. */
  period: u8,
  /** Missed beats before the client warns its user. */
  warnAfter: u8,
  /** Missed beats before the client reconnects. */
  reconnectAfter: u8,
});
export type Heartbeat = ValueOf<typeof heartbeat>;

/** The server offers UDP beside TCP (TS_INITIATE_MULTITRANSPORT_REQUEST). */
export const multitransportRequest = struct("MultitransportRequest", "MS-RDPBCGR 2.2.15.1", {
  requestId: u32le,
  protocol: code(u16le, { reliableUdp: 0x01, lossyUdp: 0x02 }),
  reserved: padding(2),
  /** A secret by which the side connection proves whose it is. */
  cookie: secret(bytes(16)),
});
export type MultitransportRequest = ValueOf<typeof multitransportRequest>;

/** The client says whether it came (TS_INITIATE_MULTITRANSPORT_RESPONSE). */
export const multitransportResponse = struct("MultitransportResponse", "MS-RDPBCGR 2.2.15.2", {
  requestId: u32le,
  /** An HRESULT: 0 success, 0x80004004 not done. */
  result: u32le,
});
export type MultitransportResponse = ValueOf<typeof multitransportResponse>;

/**
 * What goes over the message channel (during the connection: over the I/O channel), told apart by the security
 * header.
 */
export type ChannelMessage =
  | { readonly is: "autoDetectRequest"; readonly request: AutoDetectRequest }
  | { readonly is: "autoDetectResponse"; readonly response: AutoDetectResponse }
  | ({ readonly is: "heartbeat" } & Heartbeat)
  | ({ readonly is: "multitransportRequest" } & MultitransportRequest)
  | ({ readonly is: "multitransportResponse" } & MultitransportResponse)
  | { readonly is: "unknown"; readonly flags: number; readonly body: Uint8Array };

/** A basic security header (flags, then two ignored bytes; MS-RDPBCGR 2.2.8.1.1.2.1) and its message. */
export const channelMessage: Codec<ChannelMessage> = {
  size: (message) => 4 + (message.is === "unknown" ? message.body.length : codecOf(message).size(message)),
  write: (writer, message) => {
    writer.u16le(message.is === "unknown" ? message.flags : messages[message.is].flag);
    writer.u16le(0);
    if (message.is === "unknown") writer.put(message.body);
    else codecOf(message).write(writer, message);
  },
  read: (reader) =>
    named("ChannelMessage", "MS-RDPBCGR 2.2.8.1.1.2.1", (): ChannelMessage => {
      const flags = reader.u16le();
      reader.take(2);
      switch (flags & messageFlags) {
        case messages.autoDetectRequest.flag:
          return { is: "autoDetectRequest", ...autoDetectRequest.read(reader) };
        case messages.autoDetectResponse.flag:
          return { is: "autoDetectResponse", ...autoDetectResponse.read(reader) };
        case messages.heartbeat.flag:
          return { is: "heartbeat", ...heartbeat.read(reader) };
        case messages.multitransportRequest.flag:
          return { is: "multitransportRequest", ...multitransportRequest.read(reader) };
        case messages.multitransportResponse.flag:
          return { is: "multitransportResponse", ...multitransportResponse.read(reader) };
        default:
          return { is: "unknown", flags, body: reader.rest() };
      }
    }),
};

function codecOf(message: Exclude<ChannelMessage, { readonly is: "unknown" }>): Codec<object> {
  return messages[message.is].codec;
}

const messages = {
  multitransportRequest: { flag: 0x0002, codec: multitransportRequest },
  multitransportResponse: { flag: 0x0004, codec: multitransportResponse },
  autoDetectRequest: { flag: 0x1000, codec: autoDetectRequest },
  autoDetectResponse: { flag: 0x2000, codec: autoDetectResponse },
  heartbeat: { flag: 0x4000, codec: heartbeat },
} as const;
const messageFlags = 0x7006;
