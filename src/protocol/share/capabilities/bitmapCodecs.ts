import { decode, decodeStart, encode, type Codec, type ValueOf } from "#base/bytes/codec.ts";
import { bytes, boolean, list, sizedBytes } from "#base/bytes/fields.ts";
import { u16le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { remoteFxClientProperties, type RemoteFxMode } from "./remoteFx.ts";

/** NSCodec's properties (TS_NSCODEC_CAPABILITYSET). */
export const nsCodecProperties = struct("NsCodecProperties", "MS-RDPNSC 2.2.1", {
  dynamicFidelity: boolean(u8),
  subsampling: boolean(u8),
  /** 1 (none) … 7; 0 from servers that say nothing. */
  colorLossLevel: u8,
});
export type NsCodecProperties = ValueOf<typeof nsCodecProperties>;

/** What RemoteFX can do: the client lists its modes, the server only that it has it. */
export type RemoteFxSupport =
  | { readonly from: "client"; readonly wholeFrames: boolean; readonly modes: readonly RemoteFxMode[] }
  | { readonly from: "server" };

/**
 * A codec for surface commands and cached bitmaps (TS_BITMAPCODEC). `id` is how bitmaps name it: the client chooses
 * it, servers write 0. `remoteFx` is the video and image codec, `imageRemoteFx` the one for images alone; `ignore` is
 * a placeholder.
 */
export type BitmapCodec =
  | ({ readonly is: "nsCodec"; readonly id: number } & NsCodecProperties)
  | { readonly is: "remoteFx"; readonly id: number; readonly support: RemoteFxSupport }
  | { readonly is: "imageRemoteFx"; readonly id: number; readonly support: RemoteFxSupport }
  | { readonly is: "ignore"; readonly id: number }
  | { readonly is: "unknown"; readonly id: number; readonly guid: string; readonly properties: Uint8Array };

const rawCodec = struct("RawBitmapCodec", "MS-RDPBCGR 2.2.7.2.10.1.1", {
  guid: bytes(16),
  id: u8,
  properties: sizedBytes(u16le, { atMost: limits.capabilitySetBytes }),
});

const bitmapCodec: Codec<BitmapCodec> = {
  size: (codec) => rawCodec.size(toRaw(codec)),
  write: (writer, codec) => rawCodec.write(writer, toRaw(codec)),
  read: (reader) => fromRaw(rawCodec.read(reader)),
};

/** Which bitmap codecs the sender has (TS_BITMAPCODECS_CAPABILITYSET). */
export const bitmapCodecsCapability = struct("BitmapCodecsCapability", "MS-RDPBCGR 2.2.7.2.10", {
  codecs: list(u8, bitmapCodec, { atMost: limits.bitmapCodecs }),
});
export type BitmapCodecsCapability = ValueOf<typeof bitmapCodecsCapability>;

function fromRaw({ guid, id, properties }: ValueOf<typeof rawCodec>): BitmapCodec {
  const text = hexadecimal(guid);
  const is = words.get(text);
  switch (is) {
    case "nsCodec":
      return { is, id, ...(properties.length === 0 ? noProperties : decodeStart(nsCodecProperties, properties)) };
    case "remoteFx":
    case "imageRemoteFx":
      return { is, id, support: readSupport(properties) };
    case "ignore":
      return { is, id };
    default:
      return { is: "unknown", id, guid: text, properties };
  }
}

function toRaw(codec: BitmapCodec): ValueOf<typeof rawCodec> {
  if (codec.is === "unknown") return { guid: fromHexadecimal(codec.guid), id: codec.id, properties: codec.properties };
  const guid = fromHexadecimal(guids[codec.is]);
  switch (codec.is) {
    case "nsCodec":
      return { guid, id: codec.id, properties: encode(nsCodecProperties, codec) };
    case "remoteFx":
    case "imageRemoteFx":
      return { guid, id: codec.id, properties: writeSupport(codec.support) };
    case "ignore":
      return { guid, id: codec.id, properties: new Uint8Array(0) };
  }
}

/** The server's form is reserved bytes, in practice four; the client's is never shorter than its own three lengths. */
function readSupport(properties: Uint8Array): RemoteFxSupport {
  if (properties.length < 12) return { from: "server" };
  const { container } = decode(remoteFxClientProperties, properties);
  return {
    from: "client",
    wholeFrames: container.capture.includes("wholeFrames"),
    modes: container.capabilities.set.modes,
  };
}

function writeSupport(support: RemoteFxSupport): Uint8Array {
  if (support.from === "server") return new Uint8Array(4);
  return encode(remoteFxClientProperties, {
    container: {
      capture: support.wholeFrames ? ["wholeFrames"] : [],
      capabilities: { set: { modes: support.modes } },
    },
  });
}

function hexadecimal(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHexadecimal(text: string): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

const noProperties: NsCodecProperties = { dynamicFidelity: false, subsampling: false, colorLossLevel: 0 };

/** As the sixteen bytes stand on the wire (MS-RDPBCGR 2.2.7.2.10.1.1). */
const guids = {
  nsCodec: "b91b8dca0f004f15589fae2d1a87e2d6",
  remoteFx: "122f777672bd6344afb3b73c9c6f7886",
  imageRemoteFx: "d4cc44278a9d744e803c0ecbeea19c54",
  ignore: "a651439c3535ae42910ccdfce5760b58",
} as const;

const words = new Map(Object.entries(guids).map(([word, guid]) => [guid as string, word as keyof typeof guids]));
