import type { ValueOf } from "#base/bytes/codec.ts";
import { boolean, code, defaultAtEnd, flags, ignored, padding } from "#base/bytes/fields.ts";
import { u16le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** What the peer is and what it can do outside drawing (TS_GENERAL_CAPABILITYSET). */
export const generalCapability = struct("GeneralCapability", "MS-RDPBCGR 2.2.7.1.1", {
  platform: code(u16le, {
    unspecified: 0,
    windows: 1,
    os2: 2,
    macintosh: 3,
    unix: 4,
    ios: 5,
    macOs: 6,
    android: 7,
    chromeOs: 8,
  }),
  platformDetail: code(u16le, {
    unspecified: 0,
    windows31: 1,
    windows95: 2,
    windowsNt: 3,
    os2v21: 4,
    powerPc: 5,
    macintosh: 6,
    nativeXServer: 7,
    pseudoXServer: 8,
    windowsRt: 9,
  }),
  protocolVersion: ignored(u16le, 0x0200),
  padding: padding(2),
  compressionTypes: ignored(u16le),
  extra: flags(u16le, {
    fastPathOutput: 0x0001,
    longCredentials: 0x0004,
    autoReconnect: 0x0008,
    saltedChecksum: 0x0010,
    noBitmapCompressionHeader: 0x0400,
  }),
  updateCapability: ignored(u16le),
  remoteUnshare: ignored(u16le),
  compressionLevel: ignored(u16le),
  /** The sender takes Refresh Rect PDUs. */
  refreshRectangle: defaultAtEnd(boolean(u8), false),
  /** The sender takes Suppress Output PDUs. */
  suppressOutput: defaultAtEnd(boolean(u8), false),
});
export type GeneralCapability = ValueOf<typeof generalCapability>;
