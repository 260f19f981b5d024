import type { Key } from "../desktop.ts";

/**
 * The X keycode of a key, with the keycodes of XKB's `evdev` set: Linux's code plus 8. undefined: no such key, or only
 * a part of one. Pause comes as two keys, Control with the E1 prefix and NumLock: make one translator for each
 * keyboard.
 */
export class ScanCodeTranslator {
  #pauseBegun = false;

  keycode(key: Key): number | undefined {
    if (key.extended1 && key.scanCode === CONTROL) {
      this.#pauseBegun = true;
      return undefined;
    }
    const isPause = key.scanCode === NUM_LOCK && !key.extended && (this.#pauseBegun || key.extended1);
    this.#pauseBegun = false;
    if (isPause) return KEY_PAUSE + X_OFFSET;
    const code = (key.extended ? extendedKeys : plainKeys).get(key.scanCode);
    return code === undefined ? undefined : code + X_OFFSET;
  }
}

const X_OFFSET = 8;
const CONTROL = 0x1d;
const NUM_LOCK = 0x45;
const KEY_PAUSE = 119;

/** Linux took the codes of the AT keyboard as its own up to the keypad, and for the 102nd key, F11 and F12. */
const sameInLinux = [...Array(0x53).keys()].map((index) => index + 1).concat([0x56, 0x57, 0x58]);

/** Scan code → Linux code (linux/input-event-codes.h), without a prefix. */
const plainKeys: ReadonlyMap<number, number> = new Map([
  ...sameInLinux.map((code): [number, number] => [code, code]),
  [0x54, 99], // SysRq: Alt with Print Screen.
  [0x59, 117], // Keypad =.
  [0x5c, 95], // Keypad , of PC-98 keyboards.
  [0x64, 183], // F13.
  [0x65, 184],
  [0x66, 185],
  [0x67, 186],
  [0x68, 187],
  [0x69, 188],
  [0x6a, 189],
  [0x6b, 190],
  [0x6c, 191],
  [0x6d, 192],
  [0x6e, 193],
  [0x76, 194], // F24.
  [0x70, 93], // Katakana/Hiragana.
  [0x71, 123], // Hanja.
  [0x72, 122], // Hangul.
  [0x73, 89], // Ro of Japanese keyboards, / of Brazilian ones.
  [0x77, 91], // Hiragana.
  [0x78, 90], // Katakana.
  [0x79, 92], // Henkan.
  [0x7b, 94], // Muhenkan.
  [0x7d, 124], // Yen.
  [0x7e, 121], // Keypad . of Brazilian keyboards.
]);

/** With the prefix E0. The shifts that keyboards put around some keys (E0 2A, E0 36) mean nothing. */
const extendedKeys: ReadonlyMap<number, number> = new Map([
  [0x10, 165], // Previous track.
  [0x19, 163], // Next track.
  [0x1c, 96], // Keypad Enter.
  [0x1d, 97], // Right Control.
  [0x20, 113], // Mute.
  [0x21, 140], // Calculator.
  [0x22, 164], // Play, pause.
  [0x24, 166], // Stop.
  [0x2e, 114], // Volume down.
  [0x30, 115], // Volume up.
  [0x32, 172], // Home page.
  [0x35, 98], // Keypad /.
  [0x37, 99], // Print Screen.
  [0x38, 100], // Right Alt.
  [0x45, 69], // NumLock, as Windows marks it.
  [0x46, KEY_PAUSE], // Break: Control with Pause.
  [0x47, 102], // Home.
  [0x48, 103], // Up.
  [0x49, 104], // Page up.
  [0x4b, 105], // Left.
  [0x4d, 106], // Right.
  [0x4f, 107], // End.
  [0x50, 108], // Down.
  [0x51, 109], // Page down.
  [0x52, 110], // Insert.
  [0x53, 111], // Delete.
  [0x5b, 125], // Left Windows key.
  [0x5c, 126], // Right Windows key.
  [0x5d, 127], // Menu.
  [0x5e, 116], // Power.
  [0x5f, 142], // Sleep.
  [0x63, 143], // Wake up.
  [0x65, 217], // Search.
  [0x66, 156], // Bookmarks.
  [0x67, 173], // Refresh.
  [0x68, 128], // Stop loading.
  [0x69, 159], // Forward.
  [0x6a, 158], // Back.
  [0x6b, 157], // My computer.
  [0x6c, 155], // Mail.
  [0x6d, 226], // Media.
]);

/** X keycodes that a key can have: they are not free for anything else. */
export const keycodesOfKeys: ReadonlySet<number> = new Set(
  [...plainKeys.values(), ...extendedKeys.values(), KEY_PAUSE].map((code) => code + X_OFFSET),
);
