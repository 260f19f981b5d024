import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ScanCodeTranslator } from "./scanCodes.ts";

const keycode = (scanCode: number, prefix?: "E0" | "E1"): number | undefined =>
  new ScanCodeTranslator().keycode({ scanCode, extended: prefix === "E0", extended1: prefix === "E1" });

/** The names of XKB's keycodes file: letters by row and column, the others by what is on them. */
const expected: Readonly<Record<string, number | undefined>> = {
  ESC: keycode(0x01),
  AE01: keycode(0x02),
  AE12: keycode(0x0d),
  BKSP: keycode(0x0e),
  TAB: keycode(0x0f),
  AD01: keycode(0x10),
  AD12: keycode(0x1b),
  RTRN: keycode(0x1c),
  LCTL: keycode(0x1d),
  AC01: keycode(0x1e),
  TLDE: keycode(0x29),
  LFSH: keycode(0x2a),
  BKSL: keycode(0x2b),
  AB01: keycode(0x2c),
  AB10: keycode(0x35),
  RTSH: keycode(0x36),
  KPMU: keycode(0x37),
  LALT: keycode(0x38),
  SPCE: keycode(0x39),
  CAPS: keycode(0x3a),
  FK01: keycode(0x3b),
  FK10: keycode(0x44),
  NMLK: keycode(0x45),
  SCLK: keycode(0x46),
  KP7: keycode(0x47),
  KPDL: keycode(0x53),
  LSGT: keycode(0x56),
  FK11: keycode(0x57),
  FK12: keycode(0x58),
  KPEQ: keycode(0x59),
  FK13: keycode(0x64),
  FK23: keycode(0x6e),
  FK24: keycode(0x76),
  HKTG: keycode(0x70),
  HJCV: keycode(0x71),
  HNGL: keycode(0x72),
  AB11: keycode(0x73),
  HIRA: keycode(0x77),
  KATA: keycode(0x78),
  HENK: keycode(0x79),
  MUHE: keycode(0x7b),
  AE13: keycode(0x7d),
  I129: keycode(0x7e),
  KPEN: keycode(0x1c, "E0"),
  RCTL: keycode(0x1d, "E0"),
  MUTE: keycode(0x20, "E0"),
  "VOL-": keycode(0x2e, "E0"),
  "VOL+": keycode(0x30, "E0"),
  KPDV: keycode(0x35, "E0"),
  PRSC: keycode(0x37, "E0"),
  RALT: keycode(0x38, "E0"),
  PAUS: keycode(0x46, "E0"),
  HOME: keycode(0x47, "E0"),
  UP: keycode(0x48, "E0"),
  PGUP: keycode(0x49, "E0"),
  LEFT: keycode(0x4b, "E0"),
  RGHT: keycode(0x4d, "E0"),
  END: keycode(0x4f, "E0"),
  DOWN: keycode(0x50, "E0"),
  PGDN: keycode(0x51, "E0"),
  INS: keycode(0x52, "E0"),
  DELE: keycode(0x53, "E0"),
  LWIN: keycode(0x5b, "E0"),
  RWIN: keycode(0x5c, "E0"),
  COMP: keycode(0x5d, "E0"),
  POWR: keycode(0x5e, "E0"),
};

/** Media keys have no names there, but the constants of linux/input-event-codes.h as comments. */
const expectedConstants: Readonly<Record<string, number | undefined>> = {
  KEY_PREVIOUSSONG: keycode(0x10, "E0"),
  KEY_NEXTSONG: keycode(0x19, "E0"),
  KEY_CALC: keycode(0x21, "E0"),
  KEY_PLAYPAUSE: keycode(0x22, "E0"),
  KEY_STOPCD: keycode(0x24, "E0"),
  KEY_HOMEPAGE: keycode(0x32, "E0"),
  KEY_SLEEP: keycode(0x5f, "E0"),
  KEY_WAKEUP: keycode(0x63, "E0"),
  KEY_SEARCH: keycode(0x65, "E0"),
  KEY_BOOKMARKS: keycode(0x66, "E0"),
  KEY_REFRESH: keycode(0x67, "E0"),
  KEY_FORWARD: keycode(0x69, "E0"),
  KEY_BACK: keycode(0x6a, "E0"),
  KEY_COMPUTER: keycode(0x6b, "E0"),
  KEY_MAIL: keycode(0x6c, "E0"),
};

test("every key has the keycode under which XKB's evdev set knows it", (context) => {
  const file = "/usr/share/X11/xkb/keycodes/evdev";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    context.diagnostic(`keycodes were not compared: ${String(error)}`);
    return;
  }
  const named = new Map([...text.matchAll(/^\s*<(\S+)>\s*=\s*(\d+)/gmu)].map((match) => [match[1], Number(match[2])]));
  const constants = new Map(
    [...text.matchAll(/=\s*(\d+);\s*\/\/\s*#define\s+(KEY_\w+)/gu)].map((match) => [match[2], Number(match[1])]),
  );
  const xkb = {
    ...Object.fromEntries(Object.keys(expected).map((key) => [key, named.get(key)])),
    ...Object.fromEntries(Object.keys(expectedConstants).map((key) => [key, constants.get(key)])),
  };
  assert.deepEqual({ ...expected, ...expectedConstants }, xkb);
});

test("Pause is Control with the E1 prefix and then NumLock, pressed and let go", () => {
  const translator = new ScanCodeTranslator();
  const control = { scanCode: 0x1d, extended: false, extended1: true };
  const numLock = { scanCode: 0x45, extended: false, extended1: false };
  const pause = 127;
  assert.deepEqual(
    [control, numLock, control, numLock, numLock].map((key) => translator.keycode(key)),
    [undefined, pause, undefined, pause, 77],
  );
  assert.equal(translator.keycode({ ...numLock, extended1: true }), pause);
});

test("the shifts that keyboards put around extended keys are no keys", () => {
  assert.deepEqual([keycode(0x2a, "E0"), keycode(0x36, "E0"), keycode(0), keycode(0x7f)], Array(4).fill(undefined));
});
