import type { ValueOf } from "#base/bytes/codec.ts";
import { code, flags, ignored } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** The server sets the client's keyboard lamps (TS_SET_KEYBOARD_INDICATORS_PDU). */
export const setKeyboardIndicators = struct("SetKeyboardIndicators", "MS-RDPBCGR 2.2.8.2.1.1", {
  unit: ignored(u16le),
  locks: flags(u16le, { scrollLock: 0x1, numLock: 0x2, capsLock: 0x4, kanaLock: 0x8 }),
});
export type SetKeyboardIndicators = ValueOf<typeof setKeyboardIndicators>;

/** The server sets the client's input method (TS_SET_KEYBOARD_IME_STATUS_PDU). */
export const setKeyboardImeStatus = struct("SetKeyboardImeStatus", "MS-RDPBCGR 2.2.8.2.2.1", {
  unit: ignored(u16le),
  state: code(u32le, { closed: 0, open: 1 }),
  /** IME_CMODE_ flags. */
  conversion: u32le,
});
export type SetKeyboardImeStatus = ValueOf<typeof setKeyboardImeStatus>;

/** A beep (TS_PLAY_SOUND_PDU_DATA). */
export const playSound = struct("PlaySound", "MS-RDPBCGR 2.2.9.1.1.5.1", {
  /** In milliseconds. */
  duration: u32le,
  /** In hertz. */
  frequency: u32le,
});
export type PlaySound = ValueOf<typeof playSound>;
