import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { code, flags, list, optionalAtEnd, sized, times } from "#base/bytes/fields.ts";
import { i32le, u16le, u32le } from "#base/bytes/numbers.ts";
import type { Reader } from "#base/bytes/reader.ts";
import { declaredStructs, struct, type Struct } from "#base/bytes/struct.ts";
import type { Writer } from "#base/bytes/writer.ts";
import { limits } from "#base/limits.ts";
import {
  dynamicCommands,
  peekCommand,
  readHeader,
  readVariable,
  widthBytes,
  widthCode,
  writeHeader,
  writeVariable,
} from "./dynamicHeader.ts";

const tunnelType = code(u32le, { reliable: 1, lossy: 3 });

/**
 * What the server speaks: version 1, 2 or 3; from version 2 on how the bandwidth is to be shared between the four
 * priority classes. Version 3 allows the peer to compress, version 2 does not.
 */
export const dynamicCapabilitiesRequest = unnumbered(
  "DynamicCapabilitiesRequest",
  "MS-RDPEDYC 2.2.1.1",
  dynamicCommands.capabilities,
  struct("DynamicCapabilities", "MS-RDPEDYC 2.2.1.1", {
    version: u16le,
    priorityCharges: optionalAtEnd(times(4, u16le)),
  }),
);

/** What the client speaks: at most the server's version. */
export const dynamicCapabilitiesResponse = unnumbered(
  "DynamicCapabilitiesResponse",
  "MS-RDPEDYC 2.2.1.2",
  dynamicCommands.capabilities,
  struct("DynamicCapabilitiesChoice", "MS-RDPEDYC 2.2.1.2", { version: u16le }),
);

/** The server wants a channel to the client's listener `name`. `priority` is a class 0 … 3. */
export const dynamicCreateRequest = numbered<
  "DynamicCreateRequest",
  { readonly priority: number; readonly name: string }
>("DynamicCreateRequest", "MS-RDPEDYC 2.2.2.1", dynamicCommands.create, {
  sp: (value) => value.priority,
  size: (value) => value.name.length + 1,
  write: (writer, value) => {
    for (let index = 0; index < value.name.length; index++) writer.u8(value.name.charCodeAt(index));
    writer.u8(0);
  },
  read: (reader, sp) => ({ priority: sp, name: readName(reader) }),
});

/** `creationStatus` is an HRESULT: negative means no. */
export const dynamicCreateResponse = numbered<"DynamicCreateResponse", { readonly creationStatus: number }>(
  "DynamicCreateResponse",
  "MS-RDPEDYC 2.2.2.2",
  dynamicCommands.create,
  {
    sp: () => 0,
    size: () => 4,
    write: (writer, value) => i32le.write(writer, value.creationStatus),
    read: (reader) => ({ creationStatus: i32le.read(reader) }),
  },
);

/** The first piece of a message that needs several; `length` is that of the whole. `data` is lent when read. */
export const dynamicDataFirst = numbered<"DynamicDataFirst", { readonly length: number; readonly data: Uint8Array }>(
  "DynamicDataFirst",
  "MS-RDPEDYC 2.2.3.1",
  dynamicCommands.dataFirst,
  {
    sp: (value) => widthCode(value.length),
    size: (value) => widthBytes(widthCode(value.length)) + value.data.length,
    write: (writer, value) => {
      writeVariable(writer, widthCode(value.length), value.length);
      writer.put(value.data);
    },
    read: (reader, sp) => ({ length: readVariable(reader, sp), data: reader.rest() }),
  },
);

/** A later piece of a message, or all of one. `data` is lent when read. */
export const dynamicData = numbered<"DynamicData", { readonly data: Uint8Array }>(
  "DynamicData",
  "MS-RDPEDYC 2.2.3.2",
  dynamicCommands.data,
  {
    sp: () => 0,
    size: (value) => value.data.length,
    write: (writer, value) => writer.put(value.data),
    read: (reader) => ({ data: reader.rest() }),
  },
);

/** The channel ends; either side may say so. */
export const dynamicClose = numbered<"DynamicClose", object>(
  "DynamicClose",
  "MS-RDPEDYC 2.2.4",
  dynamicCommands.close,
  {
    sp: () => 0,
    size: () => 0,
    write: () => undefined,
    read: () => ({}),
  },
);

/** The server moves channels from TCP to UDP tunnels. */
export const softSyncRequest = unnumbered(
  "SoftSyncRequest",
  "MS-RDPEDYC 2.2.5.1",
  dynamicCommands.softSyncRequest,
  sized(
    u32le,
    struct("SoftSyncMoves", "MS-RDPEDYC 2.2.5.1", {
      flags: flags(u16le, { tcpFlushed: 0x01, channelListPresent: 0x02 }),
      tunnels: list(
        u16le,
        struct("SoftSyncChannelList", "MS-RDPEDYC 2.2.5.1.1", {
          tunnel: tunnelType,
          channelIds: list(u16le, u32le, { atMost: limits.dynamicChannels }),
        }),
        { atMost: limits.softSyncTunnels },
      ),
    }),
    { atMost: limits.softSyncTunnels * (8 + 4 * limits.dynamicChannels), plus: 4 },
  ),
);

/** The tunnels on which the client will send from now on. */
export const softSyncResponse = unnumbered(
  "SoftSyncResponse",
  "MS-RDPEDYC 2.2.5.2",
  dynamicCommands.softSyncResponse,
  struct("SoftSyncTunnels", "MS-RDPEDYC 2.2.5.2", {
    tunnels: list(u32le, tunnelType, { atMost: limits.softSyncTunnels }),
  }),
);

const serverMembers = {
  [dynamicCommands.capabilities]: tagged("capabilitiesRequest", dynamicCapabilitiesRequest),
  [dynamicCommands.create]: tagged("createRequest", dynamicCreateRequest),
  [dynamicCommands.dataFirst]: tagged("dataFirst", dynamicDataFirst),
  [dynamicCommands.data]: tagged("data", dynamicData),
  [dynamicCommands.close]: tagged("close", dynamicClose),
  [dynamicCommands.softSyncRequest]: tagged("softSyncRequest", softSyncRequest),
};
export type ServerDynamicMessage = ValueOf<(typeof serverMembers)[keyof typeof serverMembers]>;
/** Everything that the server says. */
export const serverDynamicMessage = family<ServerDynamicMessage>("ServerDynamicMessage", serverMembers);

const clientMembers = {
  [dynamicCommands.capabilities]: tagged("capabilitiesResponse", dynamicCapabilitiesResponse),
  [dynamicCommands.create]: tagged("createResponse", dynamicCreateResponse),
  [dynamicCommands.dataFirst]: tagged("dataFirst", dynamicDataFirst),
  [dynamicCommands.data]: tagged("data", dynamicData),
  [dynamicCommands.close]: tagged("close", dynamicClose),
  [dynamicCommands.softSyncResponse]: tagged("softSyncResponse", softSyncResponse),
};
export type ClientDynamicMessage = ValueOf<(typeof clientMembers)[keyof typeof clientMembers]>;
/** Everything that the client says. */
export const clientDynamicMessage = family<ClientDynamicMessage>("ClientDynamicMessage", clientMembers);

interface Body<B> {
  sp(value: B): number;
  size(value: B): number;
  write(writer: Writer, value: B): void;
  read(reader: Reader, sp: number): B;
}

/** A message with a channel id, as wide as it needs to be. */
function numbered<const Name extends string, B extends object>(
  name: Name,
  spec: string,
  command: number,
  body: Body<B>,
): Struct<{ readonly channelId: number } & B, Name> {
  declaredStructs.set(name, spec);
  return {
    name,
    spec,
    size: (value) => 1 + widthBytes(widthCode(value.channelId)) + body.size(value),
    write: (writer, value) => {
      const idCode = widthCode(value.channelId);
      writeHeader(writer, { idCode, sp: body.sp(value), command });
      writeVariable(writer, idCode, value.channelId);
      body.write(writer, value);
    },
    read: (reader) =>
      named(name, spec, () => {
        const header = readHeader(reader, command);
        const channelId = readVariable(reader, header.idCode);
        return { channelId, ...body.read(reader, header.sp) };
      }),
  };
}

/**
 * A message about all channels: header, one byte of padding, body. Some clients leave Sp unset in these; it is ignored.
 */
function unnumbered<const Name extends string, B>(
  name: Name,
  spec: string,
  command: number,
  body: Codec<B>,
): Struct<B, Name> {
  declaredStructs.set(name, spec);
  return {
    name,
    spec,
    size: (value) => 2 + body.size(value),
    write: (writer, value) => {
      writeHeader(writer, { idCode: 0, sp: 0, command });
      writer.u8(0);
      body.write(writer, value);
    },
    read: (reader) =>
      named(name, spec, () => {
        readHeader(reader, command);
        reader.u8();
        return body.read(reader);
      }),
  };
}

function tagged<const Is extends string, T extends object>(
  is: Is,
  codec: Codec<T>,
): Codec<{ readonly is: Is } & T> & { is: Is } {
  return { is, size: codec.size, write: codec.write, read: (reader) => ({ is, ...codec.read(reader) }) };
}

function family<M extends { readonly is: string }>(
  name: string,
  members: Readonly<Record<number, Codec<M> & { is: string }>>,
): Codec<M> {
  const byName = new Map(Object.values(members).map((member) => [member.is, member]));
  return {
    size: (value) => byName.get(value.is)!.size(value),
    write: (writer, value) => byName.get(value.is)!.write(writer, value),
    read: (reader) =>
      named(name, "MS-RDPEDYC 2.2", () => {
        const command = peekCommand(reader);
        const member = members[command];
        if (member === undefined) {
          const compressed =
            command === dynamicCommands.dataFirstCompressed || command === dynamicCommands.dataCompressed;
          const expected = compressed ? "uncompressed data" : "a known command";
          throw new DecodeError({ is: "wrongValue", expected, got: command }, reader.offset);
        }
        return member.read(reader);
      }),
  };
}

/** Single-byte text up to a zero byte. */
function readName(reader: Reader): string {
  const at = reader.offset;
  let name = "";
  for (let unit = reader.u8(); unit !== 0; unit = reader.u8()) {
    if (!(name.length < limits.dynamicChannelNameBytes)) {
      const limit = limits.dynamicChannelNameBytes;
      throw new DecodeError({ is: "overLimit", limit, got: name.length + 1, of: "name length" }, at);
    }
    name += String.fromCharCode(unit);
  }
  return name;
}
