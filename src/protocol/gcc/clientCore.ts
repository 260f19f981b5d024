import type { Codec, ValueOf } from "#base/bytes/codec.ts";
import { code, flags, ignored, optionalAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Fixed } from "#base/bytes/text.ts";
import { securityProtocolBits } from "../framing/negotiation.ts";

/** The versions of RDP that either side names; a later one is `{ unknown }`. MS-RDPBCGR 2.2.1.3.2 and 2.2.1.4.2. */
export const protocolVersion = code(u32le, {
  "4.0": 0x00080001,
  "5.0–8.1": 0x00080004,
  "10.0": 0x00080005,
  "10.1": 0x00080006,
  "10.2": 0x00080007,
  "10.3": 0x00080008,
  "10.4": 0x00080009,
  "10.5": 0x0008000a,
  "10.6": 0x0008000b,
  "10.7": 0x0008000c,
  "10.8": 0x0008000d,
  "10.9": 0x0008000e,
  "10.10": 0x0008000f,
  "10.11": 0x00080010,
  "10.12": 0x00080011,
});

const colorDepthCodes = {
  bits4: 0xca00,
  bits8: 0xca01,
  bits15: 0xca02,
  bits16: 0xca03,
  bits24: 0xca04,
} as const;

/** The connection type, and the byte of padding that always comes with it. */
const paddedByte: Codec<number> = {
  size: () => 2,
  write: (writer, value) => writer.u16le(value),
  read: (reader) => reader.u16le() & 0xff,
};

/**
 * Who the client is and what it wants to see: TS_UD_CS_CORE. Everything from `postBeta2ColorDepth` on was added over
 * time, and is absent from older clients; a field can be present only when all before it are.
 */
export const clientCore = struct("ClientCore", "MS-RDPBCGR 2.2.1.3.2", {
  version: protocolVersion,
  /** In pixels, 200 … 8192 (4096 before RDP 8.1). */
  desktopWidth: u16le,
  desktopHeight: u16le,
  /** Overruled by the later colour fields. */
  colorDepth: code(u16le, colorDepthCodes),
  secureAccessSequence: ignored(u16le, 0xaa03),
  /** Input locale, as 0x0409 is English of the United States. */
  keyboardLayout: u32le,
  clientBuild: u32le,
  /** At most 15 characters. */
  clientName: utf16Fixed(32),
  /** 4 is IBM enhanced (101 or 102 keys), 7 Japanese; others are rare. */
  keyboardType: u32le,
  keyboardSubType: u32le,
  keyboardFunctionKeys: u32le,
  inputMethodFile: utf16Fixed(64),
  postBeta2ColorDepth: optionalAtEnd(code(u16le, colorDepthCodes)),
  clientProductId: optionalAtEnd(u16le),
  serialNumber: optionalAtEnd(u32le),
  /** In bits per pixel: 4, 8, 15, 16 or 24; 32 is asked for by `want32Bits`. */
  highColorDepth: optionalAtEnd(u16le),
  supportedColorDepths: optionalAtEnd(flags(u16le, { bits24: 1, bits16: 2, bits15: 4, bits32: 8 })),
  earlyCapabilityFlags: optionalAtEnd(
    flags(u16le, {
      errorInfo: 0x0001,
      want32Bits: 0x0002,
      statusInfo: 0x0004,
      strongAsymmetricKeys: 0x0008,
      relativeMouse: 0x0010,
      validConnectionType: 0x0020,
      monitorLayout: 0x0040,
      networkAutoDetect: 0x0080,
      graphicsPipeline: 0x0100,
      dynamicTimeZone: 0x0200,
      heartbeat: 0x0400,
      skipChannelJoin: 0x0800,
    }),
  ),
  clientDigitalProductId: optionalAtEnd(utf16Fixed(64)),
  /** Means something only beside "validConnectionType". */
  connectionType: optionalAtEnd(
    code(paddedByte, {
      none: 0,
      modem: 1,
      broadbandLow: 2,
      satellite: 3,
      broadbandHigh: 4,
      wan: 5,
      lan: 6,
      autoDetect: 7,
    }),
  ),
  /** What the server's confirm said; a server refuses a client that repeats something else. */
  serverSelectedProtocol: optionalAtEnd(code(u32le, { rdp: 0, ...securityProtocolBits })),
  /** In millimetres, 10 … 10000, otherwise ignored along with the height. */
  desktopPhysicalWidth: optionalAtEnd(u32le),
  desktopPhysicalHeight: optionalAtEnd(u32le),
  /** In degrees: 0, 90, 180 or 270. */
  desktopOrientation: optionalAtEnd(u16le),
  /** In percent, 100 … 500; ignored unless the device scale factor is valid too. */
  desktopScaleFactor: optionalAtEnd(u32le),
  /** In percent: 100, 140 or 180. */
  deviceScaleFactor: optionalAtEnd(u32le),
});
export type ClientCore = ValueOf<typeof clientCore>;

export type EarlyCapability = NonNullable<ClientCore["earlyCapabilityFlags"]>[number];

/** The colour depth that the client asks for, in bits per pixel, by the latest field that says it. */
export function requestedColorDepth(core: ClientCore): 4 | 8 | 15 | 16 | 24 | 32 {
  if (core.earlyCapabilityFlags?.includes("want32Bits") === true) return 32;
  if (core.highColorDepth !== undefined) return depths.find((bits) => bits === core.highColorDepth) ?? 16;
  const named = core.postBeta2ColorDepth ?? core.colorDepth;
  return typeof named === "string" ? depthByName[named] : 8;
}

const depths = [4, 8, 15, 16, 24] as const;
const depthByName = { bits4: 4, bits8: 8, bits15: 15, bits16: 16, bits24: 24 } as const;
