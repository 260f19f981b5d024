import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyboardMapping, keysymOfCharacter } from "./keyboardMapping.ts";

const Q = 0x71;
const CYRILLIC_SHORTI = 0x6ca;
const NUM_LOCK = 0xff7f;
/** Keycodes 24 (Q), 77 (Num Lock) and 93 (none), as a server with the layouts us and ru tells them. */
const rows = Array.from({ length: 256 - 8 }, (): number[] => [0, 0, 0, 0]);
rows[24 - 8] = [Q, 0x51, CYRILLIC_SHORTI, 0x6ea];
rows[77 - 8] = [NUM_LOCK, 0, NUM_LOCK, 0];
rows[187 - 8] = [0x28, 0, 0x28, 0];
const mapping = new KeyboardMapping(8, rows, [[50, 62], [66], [37, 105], [64], [77], [], [133], []]);

test("a character is typed by its key, with Shift where needed, in the layout that is active", () => {
  assert.deepEqual(
    [mapping.strokeOf(Q, 0), mapping.strokeOf(0x51, 0), mapping.strokeOf(Q, 1), mapping.strokeOf(CYRILLIC_SHORTI, 1)],
    [{ keycode: 24, shift: false }, { keycode: 24, shift: true }, undefined, { keycode: 24, shift: false }],
  );
  assert.deepEqual([mapping.strokeOf(Q, 2), mapping.strokeOf(0x28, 0)], [undefined, undefined]);
});

test("keycodes are spare when nothing is on them and no key has them", () => {
  const spare = mapping.spareKeycodes();
  assert.deepEqual(
    [24, 25, 77, 93, 187, 248].map((keycode) => spare.includes(keycode)),
    [false, false, false, true, false, true],
  );
});

test("modifiers are found by what is on their keys", () => {
  assert.deepEqual(
    [mapping.modifierOf(NUM_LOCK), mapping.modifierOf(0xff14), mapping.isModifier(50), mapping.isModifier(24)],
    [1 << 4, 0, true, false],
  );
});

test("characters have the keysyms of the X protocol, and control characters those of their keys", () => {
  assert.deepEqual(
    ["a", "ß", "€", "Ж", "😀", "\r", "\n", "\b", "\u0001", "\u0085"].map((character) =>
      keysymOfCharacter(character.codePointAt(0) ?? 0)?.toString(16),
    ),
    ["61", "df", "10020ac", "1000416", "101f600", "ff0d", "ff0d", "ff08", undefined, undefined],
  );
});
