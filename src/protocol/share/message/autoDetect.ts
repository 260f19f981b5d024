import type { Codec } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { struct } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";

/** When something is measured: before the licence, or while the session lives over TCP, or over lossy UDP. */
export type DetectionPhase = "connecting" | "continuous" | "lossy";

/** What the server asks or tells (MS-RDPBCGR 2.2.14.1). The answer carries the request's `sequence`. */
export type AutoDetectRequest = { readonly sequence: number } & (
  | { readonly is: "roundTripRequest"; readonly phase: Exclude<DetectionPhase, "lossy"> }
  | { readonly is: "bandwidthStart"; readonly phase: DetectionPhase }
  /** Only while connecting. Random bytes, so that nothing compresses them. */
  | { readonly is: "bandwidthPayload"; readonly payload: Uint8Array }
  /** `payload` only while connecting; otherwise empty. */
  | { readonly is: "bandwidthStop"; readonly phase: DetectionPhase; readonly payload: Uint8Array }
  /** Times in milliseconds, bandwidth in kilobits per second; `averageRoundTrip` always, one of the others at least. */
  | {
      readonly is: "networkCharacteristics";
      readonly baseRoundTrip?: number;
      readonly bandwidth?: number;
      readonly averageRoundTrip: number;
    }
);

/** What the client answers or tells (2.2.14.2). */
export type AutoDetectResponse = { readonly sequence: number } & (
  | { readonly is: "roundTripResponse" }
  /** `duration` in milliseconds, from start to stop; `byteCount` of all that came in between. */
  | {
      readonly is: "bandwidthResults";
      readonly phase: "connecting" | "continuous";
      readonly duration: number;
      readonly byteCount: number;
    }
  /** After a reconnection: what was measured last time, instead of measuring. */
  | { readonly is: "networkCharacteristicsSync"; readonly bandwidth: number; readonly roundTrip: number }
);

/** Length of the header, kind, sequence number, type; then what belongs to the type. */
function detection<T extends { readonly sequence: number }>(
  kind: number,
  parts: {
    readonly typeOf: (value: T) => number;
    readonly size: (value: T) => { readonly header: number; readonly payload: number };
    readonly write: (writer: Writer, value: T) => void;
    readonly read: (type: number, sequence: number, reader: Reader) => T | undefined;
  },
): Codec<T> {
  return {
    size: (value) => {
      const { header, payload } = parts.size(value);
      return header + payload;
    },
    write: (writer, value) => {
      writer.u8(parts.size(value).header);
      writer.u8(kind);
      writer.u16le(value.sequence);
      writer.u16le(parts.typeOf(value));
      parts.write(writer, value);
    },
    read: (reader) => {
      const at = reader.offset;
      reader.take(1);
      const got = reader.u8();
      if (got !== kind) throw new DecodeError({ is: "wrongValue", expected: `kind ${kind}`, got }, at + 1);
      const sequence = reader.u16le();
      const type = reader.u16le();
      const value = parts.read(type, sequence, reader);
      if (value === undefined)
        throw new DecodeError({ is: "wrongValue", expected: "a known type of measurement", got: type }, at + 4);
      return value;
    },
  };
}

const requestCodec = detection<AutoDetectRequest>(0x00, {
  typeOf: (value) => {
    switch (value.is) {
      case "roundTripRequest":
        return value.phase === "connecting" ? 0x1001 : 0x0001;
      case "bandwidthStart":
        return starts[value.phase];
      case "bandwidthPayload":
        return 0x0002;
      case "bandwidthStop":
        return stops[value.phase];
      case "networkCharacteristics":
        return 0x0800 | (value.baseRoundTrip === undefined ? 0 : 0x40) | (value.bandwidth === undefined ? 0 : 0x80);
    }
  },
  size: (value) => {
    switch (value.is) {
      case "bandwidthPayload":
        return { header: 8, payload: value.payload.length };
      case "bandwidthStop":
        return value.phase === "connecting" ? { header: 8, payload: value.payload.length } : { header: 6, payload: 0 };
      case "networkCharacteristics": {
        const optional = (value.baseRoundTrip === undefined ? 0 : 4) + (value.bandwidth === undefined ? 0 : 4);
        return { header: 10 + optional, payload: 0 };
      }
      default:
        return { header: 6, payload: 0 };
    }
  },
  write: (writer, value) => {
    if (value.is === "bandwidthPayload" || (value.is === "bandwidthStop" && value.phase === "connecting")) {
      writer.u16le(value.payload.length);
      writer.put(value.payload);
    } else if (value.is === "networkCharacteristics") {
      if (value.baseRoundTrip === undefined && value.bandwidth === undefined)
        throw new Error("network characteristics need a base round trip or a bandwidth");
      if (value.baseRoundTrip !== undefined) writer.u32le(value.baseRoundTrip);
      if (value.bandwidth !== undefined) writer.u32le(value.bandwidth);
      writer.u32le(value.averageRoundTrip);
    }
  },
  read: readRequest,
});

function readRequest(type: number, sequence: number, reader: Reader): AutoDetectRequest | undefined {
  switch (type) {
    case 0x0001:
      return { is: "roundTripRequest", sequence, phase: "continuous" };
    case 0x1001:
      return { is: "roundTripRequest", sequence, phase: "connecting" };
    case starts.continuous:
      return { is: "bandwidthStart", sequence, phase: "continuous" };
    case starts.lossy:
      return { is: "bandwidthStart", sequence, phase: "lossy" };
    case starts.connecting:
      return { is: "bandwidthStart", sequence, phase: "connecting" };
    case 0x0002:
      return { is: "bandwidthPayload", sequence, payload: reader.take(reader.u16le()) };
    case stops.connecting:
      return { is: "bandwidthStop", sequence, phase: "connecting", payload: reader.take(reader.u16le()) };
    case stops.continuous:
      return { is: "bandwidthStop", sequence, phase: "continuous", payload: new Uint8Array(0) };
    case stops.lossy:
      return { is: "bandwidthStop", sequence, phase: "lossy", payload: new Uint8Array(0) };
    case 0x0840: {
      const baseRoundTrip = reader.u32le();
      return { is: "networkCharacteristics", sequence, baseRoundTrip, averageRoundTrip: reader.u32le() };
    }
    case 0x0880: {
      const bandwidth = reader.u32le();
      return { is: "networkCharacteristics", sequence, bandwidth, averageRoundTrip: reader.u32le() };
    }
    case 0x08c0: {
      const baseRoundTrip = reader.u32le();
      const bandwidth = reader.u32le();
      return { is: "networkCharacteristics", sequence, baseRoundTrip, bandwidth, averageRoundTrip: reader.u32le() };
    }
    default:
      return undefined;
  }
}

const responseCodec = detection<AutoDetectResponse>(0x01, {
  typeOf: (value) => {
    switch (value.is) {
      case "roundTripResponse":
        return 0x0000;
      case "bandwidthResults":
        return value.phase === "connecting" ? 0x0003 : 0x000b;
      case "networkCharacteristicsSync":
        return 0x0018;
    }
  },
  size: (value) => ({ header: value.is === "roundTripResponse" ? 6 : 14, payload: 0 }),
  write: (writer, value) => {
    if (value.is === "bandwidthResults") {
      writer.u32le(value.duration);
      writer.u32le(value.byteCount);
    } else if (value.is === "networkCharacteristicsSync") {
      writer.u32le(value.bandwidth);
      writer.u32le(value.roundTrip);
    }
  },
  read: (type, sequence, reader) => {
    switch (type) {
      case 0x0000:
        return { is: "roundTripResponse", sequence };
      case 0x0003:
      case 0x000b: {
        const phase = type === 0x0003 ? "connecting" : "continuous";
        const duration = reader.u32le();
        return { is: "bandwidthResults", sequence, phase, duration, byteCount: reader.u32le() };
      }
      case 0x0018: {
        const bandwidth = reader.u32le();
        return { is: "networkCharacteristicsSync", sequence, bandwidth, roundTrip: reader.u32le() };
      }
      default:
        return undefined;
    }
  },
});

/** A measurement's message from the server. */
export const autoDetectRequest = struct("AutoDetectRequest", "MS-RDPBCGR 2.2.14.1", { request: requestCodec });
/** A measurement's message from the client. */
export const autoDetectResponse = struct("AutoDetectResponse", "MS-RDPBCGR 2.2.14.2", { response: responseCodec });

const starts = { continuous: 0x0014, lossy: 0x0114, connecting: 0x1014 } as const;
const stops = { connecting: 0x002b, continuous: 0x0429, lossy: 0x0629 } as const;
