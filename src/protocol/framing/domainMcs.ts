import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { bytes, code, constant, dropped, ignored, mapped, sizedBytes } from "#base/bytes/fields.ts";
import { u16be, u8 } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { mcsResultCodes } from "./connectMcs.ts";
import { perLength } from "./per.ts";

/** A user's own channel: 1001 and up; on the wire less 1001. */
const userId: Codec<number> = mapped(u16be, { decode: (raw) => raw + 1001, encode: (value) => value - 1001 });

/**
 * The height and the interval of a domain tree that RDP does not have: by the specification two PER integers, 0.
 * rdesktop sends two 16-bit ones instead; nobody looks at either.
 */
export const erectDomainRequest = struct("ErectDomainRequest", "MS-RDPBCGR 2.2.1.5", {
  type: constant(u8, 0x04),
  heights: dropped(bytes(4), Uint8Array.of(1, 0, 1, 0)),
});

/** Either side ending the connection in good order. */
export const disconnectProviderUltimatum = struct("DisconnectProviderUltimatum", "MS-RDPBCGR 2.2.2.3, T.125 7 part 4", {
  reason: code(reasonBits(), {
    domainDisconnected: 0,
    providerInitiated: 1,
    tokenPurged: 2,
    userRequested: 3,
    channelPurged: 4,
  }),
});

export const attachUserRequest = struct("AttachUserRequest", "MS-RDPBCGR 2.2.1.6", { type: constant(u8, 0x28) });

/** `initiator`: the user's channel; absent just when refused. */
export const attachUserConfirm = handwritten(
  "AttachUserConfirm",
  "MS-RDPBCGR 2.2.1.7",
  resultThen(0x2c, {
    size: (value: { readonly initiator?: number }) => (value.initiator === undefined ? 0 : 2),
    isOptionPresent: (value) => value.initiator !== undefined,
    write: (writer, value) => {
      if (value.initiator !== undefined) userId.write(writer, value.initiator);
    },
    read: (reader, isPresent) => (isPresent ? { initiator: userId.read(reader) } : {}),
  }),
);

export const channelJoinRequest = struct("ChannelJoinRequest", "MS-RDPBCGR 2.2.1.8", {
  type: constant(u8, 0x38),
  initiator: userId,
  channelId: u16be,
});

/** `channelId`: absent just when refused. */
export const channelJoinConfirm = handwritten(
  "ChannelJoinConfirm",
  "MS-RDPBCGR 2.2.1.9",
  resultThen(0x3c, {
    size: (value: { readonly initiator: number; readonly requested: number; readonly channelId?: number }) =>
      value.channelId === undefined ? 4 : 6,
    isOptionPresent: (value) => value.channelId !== undefined,
    write: (writer, value) => {
      userId.write(writer, value.initiator);
      writer.u16be(value.requested);
      if (value.channelId !== undefined) writer.u16be(value.channelId);
    },
    read: (reader, isPresent) => {
      const start = { initiator: userId.read(reader), requested: reader.u16be() };
      return isPresent ? { ...start, channelId: reader.u16be() } : start;
    },
  }),
);

const sendDataFields = {
  initiator: userId,
  channelId: u16be,
  /** Priority and segmentation: always high, first and last; what a peer says is not looked at. */
  priorityAndSegmentation: ignored(u8, 0x70),
  data: sizedBytes(perLength, { atMost: limits.wireMessageBytes }),
};

/** Client to server; `data` is lent when read. Where it is frequent, use `sendData.ts`. */
export const sendDataRequest = struct("SendDataRequest", "T.125 7 part 7", {
  type: constant(u8, 0x64),
  ...sendDataFields,
});

/** Server to client; `data` is lent when read. Where it is frequent, use `sendData.ts`. */
export const sendDataIndication = struct("SendDataIndication", "T.125 7 part 7", {
  type: constant(u8, 0x68),
  ...sendDataFields,
});

export type DomainPdu =
  | ({ readonly is: "erectDomainRequest" } & ValueOf<typeof erectDomainRequest>)
  | ({ readonly is: "disconnectProviderUltimatum" } & ValueOf<typeof disconnectProviderUltimatum>)
  | ({ readonly is: "attachUserRequest" } & ValueOf<typeof attachUserRequest>)
  | ({ readonly is: "attachUserConfirm" } & ValueOf<typeof attachUserConfirm>)
  | ({ readonly is: "channelJoinRequest" } & ValueOf<typeof channelJoinRequest>)
  | ({ readonly is: "channelJoinConfirm" } & ValueOf<typeof channelJoinConfirm>)
  | ({ readonly is: "sendDataRequest" } & ValueOf<typeof sendDataRequest>)
  | ({ readonly is: "sendDataIndication" } & ValueOf<typeof sendDataIndication>);

/** Every MCS message after the connect messages, told apart by the 6 bits of DomainMCSPDU's choice. */
export const domainPdu: Codec<DomainPdu> = {
  size: (value) => withStruct(value, (declared, fields) => declared.size(fields)),
  write: (writer, value) => withStruct(value, (declared, fields) => declared.write(writer, fields)),
  read: (reader) => {
    const at = reader.offset;
    const first = reader.bytes[at];
    if (reader.remaining === 0 || first === undefined)
      throw new DecodeError({ is: "truncated", needBytes: 1, haveBytes: 0 }, at);
    return readPdu(reader, first, at);
  },
};

function readPdu(reader: Reader, first: number, at: number): DomainPdu {
  switch (first >>> 2) {
    case 1:
      return { is: "erectDomainRequest", ...erectDomainRequest.read(reader) };
    case 8:
      return { is: "disconnectProviderUltimatum", ...disconnectProviderUltimatum.read(reader) };
    case 10:
      return { is: "attachUserRequest", ...attachUserRequest.read(reader) };
    case 11:
      return { is: "attachUserConfirm", ...attachUserConfirm.read(reader) };
    case 14:
      return { is: "channelJoinRequest", ...channelJoinRequest.read(reader) };
    case 15:
      return { is: "channelJoinConfirm", ...channelJoinConfirm.read(reader) };
    case 25:
      return { is: "sendDataRequest", ...sendDataRequest.read(reader) };
    case 26:
      return { is: "sendDataIndication", ...sendDataIndication.read(reader) };
    default:
      throw new DecodeError({ is: "wrongValue", expected: "an MCS message that RDP uses", got: first >>> 2 }, at);
  }
}

function withStruct<R>(value: DomainPdu, use: <T>(declared: Codec<T>, value: T) => R): R {
  switch (value.is) {
    case "erectDomainRequest":
      return use(erectDomainRequest, value);
    case "disconnectProviderUltimatum":
      return use(disconnectProviderUltimatum, value);
    case "attachUserRequest":
      return use(attachUserRequest, value);
    case "attachUserConfirm":
      return use(attachUserConfirm, value);
    case "channelJoinRequest":
      return use(channelJoinRequest, value);
    case "channelJoinConfirm":
      return use(channelJoinConfirm, value);
    case "sendDataRequest":
      return use(sendDataRequest, value);
    case "sendDataIndication":
      return use(sendDataIndication, value);
  }
}

/** ENUMERATED of five values: 3 bits behind the 6 of the choice, the last of them in the second byte. */
function reasonBits(): Codec<number> {
  return {
    size: () => 2,
    write: (writer, reason) => writer.u16be((8 << 10) | (reason << 7)),
    read: (reader) => {
      const at = reader.offset;
      const got = reader.u16be();
      if (got >>> 10 !== 8)
        throw new DecodeError({ is: "wrongValue", expected: "32 in the first byte", got: got >>> 8 }, at);
      return (got >>> 7) & 7;
    },
  };
}

interface Behind<T> {
  size(value: T): number;
  isOptionPresent(value: T): boolean;
  write(writer: Parameters<Codec<T>["write"]>[0], value: T): void;
  read(reader: Reader, isPresent: boolean): T;
}

type McsResult = ValueOf<ReturnType<typeof resultCode>>;

/** Two bytes of choice (6 bits), presence of the optional last field (1 bit), Result (4 bits); then `behind`. */
function resultThen<T>(choice: number, behind: Behind<T>): Codec<T & { readonly result: McsResult }> {
  const result = resultCode(choice);
  return {
    size: (value) => 2 + behind.size(value),
    write: (writer, value) => {
      const at = writer.offset;
      result.write(writer, value.result);
      if (behind.isOptionPresent(value)) writer.bytes[at]! |= 2;
      behind.write(writer, value);
    },
    read: (reader) => {
      const isPresent = (reader.bytes[reader.offset] ?? 0) & 2;
      const got = result.read(reader);
      return { result: got, ...behind.read(reader, isPresent !== 0) };
    },
  };
}

function resultCode(choice: number) {
  const bits: Codec<number> = {
    size: () => 2,
    write: (writer, value) => writer.u16be((choice << 8) | (value << 5)),
    read: (reader) => {
      const at = reader.offset;
      const got = reader.u16be();
      if (got >>> 8 !== (choice | ((got >>> 8) & 3)))
        throw new DecodeError({ is: "wrongValue", expected: `${choice} in the first byte`, got: got >>> 8 }, at);
      return (got >>> 5) & 15;
    },
  };
  return code(bits, mcsResultCodes());
}
