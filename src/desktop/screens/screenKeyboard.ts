import type { Key, LockKeys } from "../desktop.ts";
import { characterOf, compose, layoutOf, type KeyboardLayout, type KeyLevel } from "./keyboardTable.ts";

type Modifier = "shiftLeft" | "shiftRight" | "altLeft" | "altGr" | "controlLeft" | "controlRight" | "super";

/** What a key means to a screen. */
export type KeyStroke =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: KeyCommand }
  /** Tab; `back` with shift. */
  | { readonly is: "tab"; readonly back: boolean };
export type KeyCommand =
  | "enter"
  | "escape"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "switchLayout";

/** A keyboard in the hands of a user: what is held and locked, and a dead key that waits for its letter. */
export interface ScreenKeyboard {
  readonly layout: KeyboardLayout;
  /**
   * The other one of a pair, for layouts without Latin letters: Alt+Shift, Ctrl+Shift or the Windows key with space.
   */
  readonly other: KeyboardLayout | undefined;
  readonly held: readonly Modifier[];
  readonly capsLock: boolean;
  readonly numLock: boolean;
  readonly dead: string | undefined;
}

/**
 * `keyboardLayout`: the number in the client's core data. Russian starts with Latin letters: names and passwords have
 * them.
 */
export function newScreenKeyboard(keyboardLayout: number): ScreenKeyboard {
  const own = layoutOf(keyboardLayout);
  const [layout, other] = own === "ru" ? (["us", own] as const) : ([own, undefined] as const);
  return { layout, other, held: [], capsLock: false, numLock: true, dead: undefined };
}

/** The lamps of the client's keyboard, as it tells them; nothing is held any more then. */
export function withLocks(keyboard: ScreenKeyboard, locks: LockKeys): ScreenKeyboard {
  return { ...keyboard, held: [], capsLock: locks.capsLock, numLock: locks.numLock };
}

/** A key goes down or up. `stroke` is what it means, when it means something by itself. */
export function pressKey(
  keyboard: ScreenKeyboard,
  key: Key,
  down: boolean,
): { readonly keyboard: ScreenKeyboard; readonly stroke?: KeyStroke } {
  const modifier = modifierOf(key);
  if (modifier !== undefined) return pressModifier(keyboard, modifier, down);
  if (!down) return { keyboard };
  if (!key.extended && key.scanCode === 0x3a) return { keyboard: { ...keyboard, capsLock: !keyboard.capsLock } };
  if (!key.extended && !key.extended1 && key.scanCode === 0x45) {
    return { keyboard: { ...keyboard, numLock: !keyboard.numLock } };
  }
  const shift = isHeld(keyboard, "shiftLeft") || isHeld(keyboard, "shiftRight");
  if (key.scanCode === 0x0f && !key.extended) return { keyboard, stroke: { is: "tab", back: shift } };
  if (key.scanCode === 0x39 && isHeld(keyboard, "super")) return switched(keyboard);
  const command = commandOf(keyboard, key);
  if (command !== undefined) return { keyboard: { ...keyboard, dead: undefined }, stroke: { is: command } };
  return typed(keyboard, key, { shift });
}

function typed(keyboard: ScreenKeyboard, key: Key, held: { readonly shift: boolean }) {
  const keypad = key.extended ? (key.scanCode === 0x35 ? "/" : undefined) : keypadCharacters[key.scanCode];
  if (keypad !== undefined) return withText({ ...keyboard, dead: undefined }, keypad);
  const altGr = isHeld(keyboard, "altGr") || (isHeld(keyboard, "altLeft") && isHeld(keyboard, "controlLeft"));
  const shortcut = !altGr && holdsAny(keyboard, ["altLeft", "controlLeft", "controlRight", "super"]);
  if (key.extended || shortcut) return { keyboard };
  const level: KeyLevel = altGr ? "altGr" : held.shift ? "shift" : "plain";
  const character = characterOf(keyboard.layout, key.scanCode, level);
  if (character === undefined) return { keyboard };
  const text = keyboard.capsLock && !altGr ? withCapsLock(character.text, held) : character.text;
  if (keyboard.dead !== undefined) return withText({ ...keyboard, dead: undefined }, compose(keyboard.dead, text));
  return character.dead ? { keyboard: { ...keyboard, dead: text } } : withText(keyboard, text);
}

/** Caps Lock turns letters around and leaves everything else. */
function withCapsLock(text: string, held: { readonly shift: boolean }): string {
  const other = held.shift ? text.toLowerCase() : text.toUpperCase();
  return other.length === text.length ? other : text;
}

function withText(keyboard: ScreenKeyboard, text: string) {
  return { keyboard, stroke: { is: "text", text } as const };
}

function pressModifier(keyboard: ScreenKeyboard, modifier: Modifier, down: boolean) {
  const others = keyboard.held.filter((each) => each !== modifier);
  const after = { ...keyboard, held: down ? [...others, modifier] : others };
  const isShift = modifier === "shiftLeft" || modifier === "shiftRight";
  const isFirst = down && !keyboard.held.includes(modifier);
  return isFirst && isShift && holdsAny(keyboard, ["altLeft", "controlLeft"]) ? switched(after) : { keyboard: after };
}

function switched(keyboard: ScreenKeyboard): { keyboard: ScreenKeyboard; stroke?: KeyStroke } {
  if (keyboard.other === undefined) return { keyboard };
  const after = { ...keyboard, layout: keyboard.other, other: keyboard.layout, dead: undefined };
  return { keyboard: after, stroke: { is: "switchLayout" } };
}

function commandOf(keyboard: ScreenKeyboard, key: Key): KeyCommand | undefined {
  const command = commands[key.scanCode];
  if (command === undefined) return undefined;
  // The same places on the keypad are digits while Num Lock is on.
  const onKeypad = 0x47 <= key.scanCode && key.scanCode <= 0x53 && !key.extended;
  return onKeypad && keyboard.numLock ? undefined : command;
}

function modifierOf(key: Key): Modifier | undefined {
  switch (key.scanCode) {
    case 0x2a:
      // With the prefix it is no key at all, only part of the code of another one.
      return key.extended ? undefined : "shiftLeft";
    case 0x36:
      return key.extended ? undefined : "shiftRight";
    case 0x1d:
      return key.extended ? "controlRight" : "controlLeft";
    case 0x38:
      return key.extended ? "altGr" : "altLeft";
    case 0x5b:
    case 0x5c:
      return key.extended ? "super" : undefined;
    default:
      return undefined;
  }
}

function isHeld(keyboard: ScreenKeyboard, modifier: Modifier): boolean {
  return keyboard.held.includes(modifier);
}

function holdsAny(keyboard: ScreenKeyboard, modifiers: readonly Modifier[]): boolean {
  return modifiers.some((modifier) => keyboard.held.includes(modifier));
}

const commands: Readonly<Record<number, KeyCommand>> = {
  0x01: "escape",
  0x0e: "backspace",
  0x1c: "enter",
  0x47: "home",
  0x48: "up",
  0x4b: "left",
  0x4d: "right",
  0x4f: "end",
  0x50: "down",
  0x53: "delete",
};

const keypadCharacters: Readonly<Record<number, string>> = {
  0x37: "*",
  0x4a: "-",
  0x4e: "+",
  0x47: "7",
  0x48: "8",
  0x49: "9",
  0x4b: "4",
  0x4c: "5",
  0x4d: "6",
  0x4f: "1",
  0x50: "2",
  0x51: "3",
  0x52: "0",
  0x53: ".",
};
