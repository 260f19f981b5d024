import type { ValueOf } from "#base/bytes/codec.ts";
import { defaultAtEnd, flags, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { utf16Fixed } from "#base/bytes/text.ts";

/** Which input the server takes; which keyboard the client has (TS_INPUT_CAPABILITYSET). */
export const inputCapability = struct("InputCapability", "MS-RDPBCGR 2.2.7.1.6", {
  input: flags(u16le, {
    scanCodes: 0x0001,
    extendedMouse: 0x0004,
    fastPath: 0x0008,
    unicode: 0x0010,
    fastPath2: 0x0020,
    unused1: 0x0040,
    relativeMouse: 0x0080,
    horizontalWheel: 0x0100,
    timestamps: 0x0200,
  }),
  padding: paddingAtEnd(2),
  /** A Windows keyboard layout id, 0x00000409 for US English; only the client's counts. */
  keyboardLayout: defaultAtEnd(u32le, 0),
  /** 4: IBM enhanced with 101 or 102 keys; 7: Japanese; 8: Korean. */
  keyboardType: defaultAtEnd(u32le, 0),
  keyboardSubtype: defaultAtEnd(u32le, 0),
  functionKeys: defaultAtEnd(u32le, 0),
  imeFileName: defaultAtEnd(utf16Fixed(64), ""),
});
export type InputCapability = ValueOf<typeof inputCapability>;
