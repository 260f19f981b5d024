import type { KeyStroke } from "./screenKeyboard.ts";

/** A line that is typed into. INVARIANT: 0 ≤ caret ≤ code points in value ≤ `atMost`. */
export interface TextField {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Shown as dots. */
  readonly secret: boolean;
  /** Before which code point. */
  readonly caret: number;
}

/** A field with the caret behind its value. */
export function newTextField(field: Omit<TextField, "caret">): TextField {
  const value = characters(field.value).slice(0, atMost).join("");
  return { ...field, value, caret: characters(value).length };
}

/** Puts `text` in at the caret, as far as there is room; control characters are left out. */
export function insertText(field: TextField, text: string): TextField {
  const before = characters(field.value);
  const room = atMost - before.length;
  const added = characters(text.replaceAll(/\p{Cc}/gu, "")).slice(0, room);
  const value = before.toSpliced(field.caret, 0, ...added).join("");
  return { ...field, value, caret: field.caret + added.length };
}

/** What a key does to a field; undefined: nothing, it means something to the screen. */
export function editField(field: TextField, stroke: KeyStroke): TextField | undefined {
  const length = characters(field.value).length;
  switch (stroke.is) {
    case "text":
      return insertText(field, stroke.text);
    case "backspace":
      return field.caret === 0 ? field : { ...without(field, field.caret - 1), caret: field.caret - 1 };
    case "delete":
      return without(field, field.caret);
    case "left":
      return { ...field, caret: Math.max(0, field.caret - 1) };
    case "right":
      return { ...field, caret: Math.min(length, field.caret + 1) };
    case "home":
      return { ...field, caret: 0 };
    case "end":
      return { ...field, caret: length };
    default:
      return undefined;
  }
}

function without(field: TextField, index: number): TextField {
  const rest = characters(field.value);
  return { ...field, value: rest.filter((_, at) => at !== index).join("") };
}

function characters(text: string): string[] {
  return Array.from(text);
}

/** In code points: longer than any password that PAM takes (512 bytes). */
const atMost = 256;
