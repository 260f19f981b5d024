import type { ValueOf } from "#base/bytes/codec.ts";
import { defaultAtEnd, flags, ignored, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** Who may control the share: a heritage of T.128, always the same (TS_CONTROL_CAPABILITYSET). */
export const controlCapability = struct("ControlCapability", "MS-RDPBCGR 2.2.7.2.2", {
  control: ignored(u16le),
  remoteDetach: ignored(u16le),
  controlInterest: ignored(u16le, 2),
  detachInterest: ignored(u16le, 2),
});

/** Help keys and focus: a heritage of T.128, always zero (TS_WINDOWACTIVATION_CAPABILITYSET). */
export const windowActivationCapability = struct("WindowActivationCapability", "MS-RDPBCGR 2.2.7.2.3", {
  helpKey: ignored(u16le),
  helpKeyIndex: ignored(u16le),
  helpExtendedKey: ignored(u16le),
  windowManagerKey: ignored(u16le),
});

/** The sender's channel id: 0 from the client, 0x03ea from the server (TS_SHARE_CAPABILITYSET). */
export const shareCapability = struct("ShareCapability", "MS-RDPBCGR 2.2.7.2.4", {
  node: u16le,
  padding: paddingAtEnd(2),
});

/** Whether a Font List is understood (TS_FONT_CAPABILITYSET). Some peers send it without its body. */
export const fontCapability = struct("FontCapability", "MS-RDPBCGR 2.2.7.2.5", {
  support: defaultAtEnd(flags(u16le, { fontList: 0x0001 }), []),
  padding: paddingAtEnd(2),
});

/** How many colour tables the client keeps (TS_COLORTABLE_CAPABILITYSET). */
export const colorTableCacheCapability = struct("ColorTableCacheCapability", "MS-RDPEGDI 2.2.1.1", {
  entries: u16le,
  padding: paddingAtEnd(2),
});

export type ControlCapability = ValueOf<typeof controlCapability>;
export type WindowActivationCapability = ValueOf<typeof windowActivationCapability>;
export type ShareCapability = ValueOf<typeof shareCapability>;
export type FontCapability = ValueOf<typeof fontCapability>;
export type ColorTableCacheCapability = ValueOf<typeof colorTableCacheCapability>;
