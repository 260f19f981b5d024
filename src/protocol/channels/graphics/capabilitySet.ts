import { named, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { code, flags, sizedBytes } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { Reader } from "#base/bytes/reader.ts";
import { declaredStructs, type Struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";

const version = code(u32le, {
  "8.0": 0x0008_0004,
  "8.1": 0x0008_0105,
  "10.0": 0x000a_0002,
  "10.1": 0x000a_0100,
  "10.2": 0x000a_0200,
  "10.3": 0x000a_0301,
  "10.4": 0x000a_0400,
  "10.5": 0x000a_0502,
  "10.6": 0x000a_0600,
  // An older edition of the document had this number; clients offer both.
  "10.6 erratum": 0x000a_0601,
  "10.7": 0x000a_0701,
});

const capabilityFlags = flags(u32le, {
  /** The cache has 16 MB, and RemoteFX takes the place of progressive RemoteFX. 8.0 and 8.1. */
  thinClient: 0x01,
  /** The cache has 16 MB. */
  smallCache: 0x02,
  /** 8.1: H.264 in YUV420 may be sent. */
  avc420Enabled: 0x10,
  /** 10.0 and up: H.264 must not be sent. */
  avcDisabled: 0x20,
  /** 10.3 and up: the client would rather have H.264 in YUV444. */
  avcThinClient: 0x40,
  /** 10.7: surfaces cannot be scaled while mapped. */
  scaledMapDisabled: 0x80,
});

export type GraphicsVersion = ValueOf<typeof version>;
export type KnownGraphicsVersion = Extract<GraphicsVersion, string>;
export type GraphicsCapabilityFlag = ValueOf<typeof capabilityFlags>[number];

/** One version of the graphics pipeline with what is special about it. Sets of unknown versions lose their data. */
export interface GraphicsCapabilitySet {
  readonly version: GraphicsVersion;
  readonly flags: readonly GraphicsCapabilityFlag[];
}

/** MS-RDPEGFX 2.2.1.6 (RDPGFX_CAPSET) with the data of 2.2.3.1 … 2.2.3.10. */
export const graphicsCapabilitySet: Struct<GraphicsCapabilitySet, "GraphicsCapabilitySet"> = {
  name: "GraphicsCapabilitySet",
  spec: "MS-RDPEGFX 2.2.1.6",
  size: (value) => 8 + dataBytes(value),
  write: (writer, value) => {
    version.write(writer, value.version);
    u32le.write(writer, dataBytes(value));
    if (value.version === "10.1") writer.zeros(dataBytes(value));
    else capabilityFlags.write(writer, value.flags);
  },
  read: (reader) =>
    named("GraphicsCapabilitySet", "MS-RDPEGFX 2.2.1.6", () => {
      const got = version.read(reader);
      const data = setData.read(reader);
      // Version 10.1 has sixteen reserved bytes and no flags, and at least one client sends only four of them.
      if (got === "10.1" || typeof got !== "string") return { version: got, flags: [] };
      return { version: got, flags: capabilityFlags.read(new Reader(data)) };
    }),
};
declaredStructs.set(graphicsCapabilitySet.name, graphicsCapabilitySet.spec);

const setData: Codec<Uint8Array> = sizedBytes(u32le, { atMost: limits.graphicsCapabilityBytes });

function dataBytes(value: GraphicsCapabilitySet): number {
  return value.version === "10.1" ? 16 : 4;
}
