import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { confirmActive, deactivateAll, demandActive } from "./activation.ts";
import { serverRedirection } from "./session/serverRedirection.ts";
import { shareData, type ShareData } from "./shareData.ts";

type Tagged<Name extends string, C> = { readonly is: Name } & ValueOf<C>;

/** What stands behind a share control header. */
export type ShareMessage =
  | Tagged<"demandActive", typeof demandActive>
  | Tagged<"confirmActive", typeof confirmActive>
  | Tagged<"deactivateAll", typeof deactivateAll>
  | ({ readonly is: "data" } & ShareData)
  | Tagged<"serverRedirection", typeof serverRedirection>
  /** A flow control message of T.128: nothing to do. */
  | { readonly is: "flow" }
  | { readonly is: "unknown"; readonly type: number; readonly body: Uint8Array };

/** One PDU of the share (TS_SHARECONTROLHEADER and what follows). */
export interface SharePdu {
  /** The sender's MCS channel: 0x03ea from the server, the user channel from the client. */
  readonly source: number;
  readonly message: ShareMessage;
}

/** One share PDU with its header: its length, its type with the protocol's version, its source, its body. */
export const sharePdu: Codec<SharePdu> = {
  size: ({ message }) => headerSize + bodySize(message),
  write: (writer, { source, message }) => {
    writer.u16le(headerSize + bodySize(message));
    writer.u16le(typeOf(message) | protocolVersion);
    writer.u16le(source);
    switch (message.is) {
      case "demandActive":
        return demandActive.write(writer, message);
      case "confirmActive":
        return confirmActive.write(writer, message);
      case "deactivateAll":
        return deactivateAll.write(writer, message);
      case "data":
        return shareData.write(writer, message);
      case "serverRedirection":
        return serverRedirection.write(writer, message);
      case "unknown":
        return writer.put(message.body);
      case "flow":
        throw new Error("flow control is never sent");
    }
  },
  read: (reader) => named("SharePdu", "MS-RDPBCGR 2.2.8.1.1.1.1", () => readPdu(reader)),
};

/**
 * All share PDUs in one MCS Send Data, in order: servers put several into one. Throws DecodeError. Fewer than four
 * bytes at the end are ignored.
 */
export function readSharePdus(bytes: Uint8Array): readonly SharePdu[] {
  const reader = new Reader(bytes);
  const pdus: SharePdu[] = [];
  do pdus.push(sharePdu.read(reader));
  while (4 <= reader.remaining);
  return pdus;
}

function readPdu(reader: Reader): SharePdu {
  const at = reader.offset;
  const length = reader.u16le();
  if (length === flowMarker) {
    reader.take(Math.min(6, reader.remaining));
    return { source: 0, message: { is: "flow" } };
  }
  // Some servers write 0 over an update that has nothing in it: it reaches to the end.
  if (length !== 0 && length < 4) throw new DecodeError({ is: "wrongValue", expected: "at least 4", got: length }, at);
  const body = reader.within(length === 0 ? reader.remaining : length - 2);
  const type = body.u16le() & 0x0f;
  // Some servers end a Deactivate All right behind its type.
  const source = body.remaining === 0 ? 0 : body.u16le();
  return { source, message: readMessage(type, body) };
}

function readMessage(type: number, body: Reader): ShareMessage {
  switch (type) {
    case types.demandActive:
      return { is: "demandActive", ...demandActive.read(body) };
    case types.confirmActive:
      return { is: "confirmActive", ...confirmActive.read(body) };
    case types.deactivateAll:
      return { is: "deactivateAll", ...deactivateAll.read(body) };
    case types.data:
      return { is: "data", ...shareData.read(body) };
    case types.serverRedirection:
      return { is: "serverRedirection", ...serverRedirection.read(body) };
    default:
      return { is: "unknown", type, body: body.rest() };
  }
}

function bodySize(message: ShareMessage): number {
  switch (message.is) {
    case "demandActive":
      return demandActive.size(message);
    case "confirmActive":
      return confirmActive.size(message);
    case "deactivateAll":
      return deactivateAll.size(message);
    case "data":
      return shareData.size(message);
    case "serverRedirection":
      return serverRedirection.size(message);
    case "unknown":
      return message.body.length;
    case "flow":
      return 0;
  }
}

function typeOf(message: ShareMessage): number {
  if (message.is === "unknown") return message.type;
  return message.is === "flow" ? 0 : types[message.is];
}

const headerSize = 6;
const protocolVersion = 0x10;
const flowMarker = 0x8000;
const types = { demandActive: 1, confirmActive: 3, deactivateAll: 6, data: 7, serverRedirection: 10 } as const;
