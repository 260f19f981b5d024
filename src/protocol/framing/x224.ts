import { decode, encode, type Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { constant, constantBytes, ignored, rest } from "#base/bytes/fields.ts";
import { u16be, u8 } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { latin1Bytes, latin1Text } from "#base/bytes/text.ts";
import type { Writer } from "#base/bytes/writer.ts";
import { limits } from "#base/limits.ts";
import {
  correlationInfo,
  negotiationFailure,
  negotiationRequest,
  negotiationResponse,
  type NegotiationFailure,
  type NegotiationRequest,
  type NegotiationResponse,
} from "./negotiation.ts";

/** What a load balancer reads. `user` is at most 9 characters in Windows; it is a hint, never an identity. */
export type Routing =
  | { readonly is: "cookie"; readonly user: string }
  | { readonly is: "token"; readonly token: string };

export interface ConnectionRequest {
  readonly routing?: Routing;
  /** Absent from clients that know standard RDP security only. */
  readonly negotiation?: NegotiationRequest;
  /** 16 bytes; present just when `negotiation.flags` has "correlationInfo". */
  readonly correlationId?: Uint8Array;
}

/** The first message of a client, without TPKT. Text is Latin-1. */
export const connectionRequest = handwritten(
  "ConnectionRequest",
  "MS-RDPBCGR 2.2.1.1",
  lengthIndicated<ConnectionRequest>({
    size: (value) => 6 + routingText(value.routing).length + negotiationBytes(value),
    write: (writer, value) => {
      writeHeader(writer, CONNECTION_REQUEST, 0);
      writer.put(latin1Bytes(routingText(value.routing)));
      if (value.negotiation !== undefined) negotiationRequest.write(writer, value.negotiation);
      if (value.correlationId !== undefined) correlationInfo.write(writer, { correlationId: value.correlationId });
    },
    read: (reader) => {
      readHeader(reader, CONNECTION_REQUEST);
      const routing = readRouting(reader);
      const start = routing === undefined ? {} : { routing };
      if (reader.remaining === 0) return start;
      const negotiation = negotiationRequest.read(reader);
      if (!negotiation.flags.includes("correlationInfo")) return { ...start, negotiation };
      return { ...start, negotiation, correlationId: correlationInfo.read(reader).correlationId };
    },
  }),
);

export type ConnectionConfirm =
  /** From a server that knows standard RDP security only. */
  | { readonly is: "confirmed" }
  | ({ readonly is: "negotiated" } & NegotiationResponse)
  | ({ readonly is: "failed" } & NegotiationFailure);

/** The server's answer, without TPKT. */
export const connectionConfirm = handwritten(
  "ConnectionConfirm",
  "MS-RDPBCGR 2.2.1.2",
  lengthIndicated<ConnectionConfirm>({
    size: (value) => (value.is === "confirmed" ? 6 : 14),
    write: (writer, value) => {
      writeHeader(writer, CONNECTION_CONFIRM, SERVER_REFERENCE);
      if (value.is === "negotiated") negotiationResponse.write(writer, value);
      if (value.is === "failed") negotiationFailure.write(writer, value);
    },
    read: (reader) => {
      readHeader(reader, CONNECTION_CONFIRM);
      if (reader.remaining === 0) return { is: "confirmed" };
      if (reader.bytes[reader.offset] === 0x03) return { is: "failed", ...negotiationFailure.read(reader) };
      return { is: "negotiated", ...negotiationResponse.read(reader) };
    },
  }),
);

/** Either side closing before MCS is up, without TPKT. ITU-T X.224 13.5. */
export const disconnectRequest = struct("DisconnectRequest", "X.224 13.5", {
  lengthIndicator: constant(u8, 6),
  code: constant(u8, 0x80),
  destinationReference: ignored(u16be),
  sourceReference: ignored(u16be),
  reason: u8,
});

/** The header of the data messages which carry MCS: length indicator, code DT, end of message. */
export const x224DataHeader = constantBytes([0x02, 0xf0, 0x80], "an X.224 data header (02 f0 80)");

/** What an X.224 data message carries; lent. `payload` is without TPKT. Throws DecodeError. */
export function readX224Data(payload: Uint8Array): Uint8Array {
  return decode(x224Data, payload).data;
}

/** An X.224 data message around `data`, without TPKT. A new array. */
export function x224DataMessage(data: Uint8Array): Uint8Array {
  return encode(x224Data, { data });
}

/** A message of MCS in its wrapping. */
export const x224Data = struct("X224Data", "MS-RDPBCGR 2.2.1.3", {
  header: x224DataHeader,
  data: rest,
});

/** Code, the two references (which both sides may ignore) and the class. X.224 13.3, 13.4. */
function writeHeader(writer: Writer, code: number, sourceReference: number): void {
  writer.u8(code);
  writer.u16be(0);
  writer.u16be(sourceReference);
  writer.u8(0);
}

function readHeader(reader: Reader, code: number): void {
  const at = reader.offset;
  const got = reader.u8();
  if (got !== code) throw new DecodeError({ is: "wrongValue", expected: `X.224 code ${code}`, got }, at);
  reader.take(5);
}

/** The length indicator counts everything behind itself. */
function lengthIndicated<T>(inner: Codec<T>): Codec<T> {
  return {
    size: (value) => 1 + inner.size(value),
    write: (writer, value) => {
      const length = inner.size(value);
      if (254 < length) throw new RangeError(`an X.224 header holds 254 bytes, not ${length}`);
      writer.u8(length);
      inner.write(writer, value);
    },
    read: (reader) => {
      const within = reader.within(reader.u8());
      const value = inner.read(within);
      within.expectEnd();
      return value;
    },
  };
}

function negotiationBytes(value: ConnectionRequest): number {
  return (value.negotiation === undefined ? 0 : 8) + (value.correlationId === undefined ? 0 : 36);
}

function routingText(routing: Routing | undefined): string {
  if (routing === undefined) return "";
  return `${routing.is === "cookie" ? COOKIE_START + routing.user : routing.token}\r\n`;
}

/** Text up to CR LF; none when the negotiation (whose first byte is no text) or the end comes first. */
function readRouting(reader: Reader): Routing | undefined {
  if (reader.remaining === 0 || reader.bytes[reader.offset] === NEGOTIATION_REQUEST) return undefined;
  const start = reader.offset;
  const left = reader.bytes.subarray(start, start + Math.min(reader.remaining, limits.routingTokenBytes));
  const length = left.findIndex((byte, index) => byte === 0x0d && left[index + 1] === 0x0a);
  if (length === -1)
    throw new DecodeError({ is: "wrongValue", expected: "CR LF after the routing text", got: "none" }, start);
  const text = latin1Text(reader.take(length));
  reader.take(2);
  return text.startsWith(COOKIE_START)
    ? { is: "cookie", user: text.slice(COOKIE_START.length) }
    : { is: "token", token: text };
}

const COOKIE_START = "Cookie: mstshash=";
const NEGOTIATION_REQUEST = 0x01;
const CONNECTION_REQUEST = 0xe0;
const CONNECTION_CONFIRM = 0xd0;
/** What Windows sends; nobody reads it. */
const SERVER_REFERENCE = 0x1234;
