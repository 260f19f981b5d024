import type { Key } from "../desktop.ts";

/** A message with buttons that stands over somebody's desktop, as plain data. */
export interface MessageBox {
  readonly title: string;
  /** Lines are broken where it is drawn; "\n" begins a new one. */
  readonly text: string;
  /** INVARIANT: at least one. The last one is what Escape means: the harmless one. */
  readonly buttons: readonly BoxButton[];
  /** Index of the button that Enter means. */
  readonly focus: number;
}

export interface BoxButton {
  readonly id: string;
  readonly label: string;
}

/** The last button has the focus: who types on without looking does no harm. */
export function messageBox(given: Omit<MessageBox, "focus">): MessageBox {
  if (given.buttons.length === 0) throw new Error("a message box has at least one button");
  return { ...given, focus: given.buttons.length - 1 };
}

/** What a key that goes down makes of a box: the same object when nothing is to be drawn again. */
export function pressInBox(box: MessageBox, key: Key): { readonly box: MessageBox; readonly pressed?: string } {
  switch (key.scanCode) {
    case enter:
    case space:
      return { box, pressed: box.buttons[box.focus]!.id };
    case escape:
      return { box, pressed: box.buttons.at(-1)!.id };
    case tab:
    case right:
    case down:
      return { box: moved(box, 1) };
    case left:
    case up:
      return { box: moved(box, -1) };
    default:
      return { box };
  }
}

/** The same for a character without a key, as tablets and phones send it: one code point. */
export function typeInBox(box: MessageBox, codePoint: number): { readonly box: MessageBox; readonly pressed?: string } {
  const scanCode = keyOfCharacter[codePoint];
  return scanCode === undefined ? { box } : pressInBox(box, { scanCode, extended: false, extended1: false });
}

function moved(box: MessageBox, by: number): MessageBox {
  const { length } = box.buttons;
  return length === 1 ? box : { ...box, focus: (box.focus + by + length) % length };
}

const escape = 0x01;
const tab = 0x0f;
const enter = 0x1c;
const space = 0x39;
const up = 0x48;
const left = 0x4b;
const right = 0x4d;
const down = 0x50;
const keyOfCharacter: Readonly<Record<number, number>> = { 0x09: tab, 0x0d: enter, 0x1b: escape, 0x20: space };
