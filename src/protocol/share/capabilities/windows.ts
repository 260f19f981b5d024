import type { ValueOf } from "#base/bytes/codec.ts";
import { code, flags } from "#base/bytes/fields.ts";
import { u16le, u32le, u8 } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** Programs shown as windows of their own (TS_RAIL_CAPABILITYSET). */
export const railCapability = struct("RailCapability", "MS-RDPERP 2.2.1.1.1", {
  support: flags(u32le, {
    supported: 0x01,
    dockedLanguageBar: 0x02,
    shellIntegration: 0x04,
    languageImeSync: 0x08,
    serverToClientImeSync: 0x10,
    hideMinimizedApps: 0x20,
    windowCloaking: 0x40,
    handshakeEx: 0x80,
  }),
});

/** Windowing orders and their icon caches (TS_WINDOW_LIST_CAPABILITYSET). */
export const windowListCapability = struct("WindowListCapability", "MS-RDPERP 2.2.1.1.2", {
  support: code(u32le, { none: 0, supported: 1, supportedEx: 2 }),
  iconCaches: u8,
  iconCacheEntries: u16le,
});

/** Composed desktops (TS_COMPDESK_CAPABILITYSET). */
export const desktopCompositionCapability = struct("DesktopCompositionCapability", "MS-RDPBCGR 2.2.7.2.8", {
  support: code(u16le, { none: 0, supported: 1 }),
});

export type RailCapability = ValueOf<typeof railCapability>;
export type WindowListCapability = ValueOf<typeof windowListCapability>;
export type DesktopCompositionCapability = ValueOf<typeof desktopCompositionCapability>;
