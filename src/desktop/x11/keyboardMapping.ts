import { keycodesOfKeys } from "./scanCodes.ts";

/** How a character is typed with the layout as it is: the key, and whether Shift must be held for it. */
export interface Stroke {
  readonly keycode: number;
  readonly shift: boolean;
}

/** What the X server says of its keyboard: which keysyms each keycode gives, and which keycodes are modifiers. */
export class KeyboardMapping {
  readonly #first: number;
  readonly #rows: readonly (readonly number[])[];
  readonly #modifiers: readonly (readonly number[])[];

  /** `rows` as GetKeyboardMapping gives them from keycode `first` on; `modifiers` as GetModifierMapping does. */
  constructor(first: number, rows: readonly (readonly number[])[], modifiers: readonly (readonly number[])[]) {
    this.#first = first;
    this.#rows = rows;
    this.#modifiers = modifiers;
  }

  /**
   * The stroke that gives `keysym` while `group` is the layout. The core mapping lists two levels of group 0, two of
   * group 1, and then higher levels, which need AltGr: those are not looked at.
   */
  strokeOf(keysym: number, group: number): Stroke | undefined {
    if (1 < group) return undefined;
    let shifted: Stroke | undefined;
    for (const [index, row] of this.#rows.entries()) {
      const keycode = this.#first + index;
      if (!keycodesOfKeys.has(keycode)) continue;
      if (row[group * 2] === keysym) return { keycode, shift: false };
      if (row[group * 2 + 1] === keysym) shifted ??= { keycode, shift: true };
    }
    return shifted;
  }

  /** The keysym of a keycode without Shift in the first layout; 0: none. */
  keysymOf(keycode: number): number {
    return this.#rows[keycode - this.#first]?.[0] ?? 0;
  }

  /** Keycodes that no key has and no layout uses. */
  spareKeycodes(): readonly number[] {
    return this.#rows.flatMap((row, index) => {
      const keycode = this.#first + index;
      return row.every((keysym) => keysym === 0) && !keycodesOfKeys.has(keycode) ? [keycode] : [];
    });
  }

  /** The bit of the modifier that a key with this keysym is; 0 when it is none. */
  modifierOf(keysym: number): number {
    const index = this.#modifiers.findIndex((keycodes) =>
      keycodes.some((keycode) => keycode !== 0 && this.#rows[keycode - this.#first]?.includes(keysym)),
    );
    return index < 0 ? 0 : 1 << index;
  }

  isModifier(keycode: number): boolean {
    return this.#modifiers.some((keycodes) => keycodes.includes(keycode));
  }
}

/** The keysym of a Unicode code point (X protocol, appendix A); keys for the control characters that keyboards have. */
export function keysymOfCharacter(codePoint: number): number | undefined {
  const control = controlKeysyms.get(codePoint);
  if (control !== undefined) return control;
  if ((0x20 <= codePoint && codePoint <= 0x7e) || (0xa0 <= codePoint && codePoint <= 0xff)) return codePoint;
  return 0x100 <= codePoint && codePoint <= 0x10ffff ? UNICODE_KEYSYMS + codePoint : undefined;
}

const controlKeysyms: ReadonlyMap<number, number> = new Map([
  [0x08, 0xff08],
  [0x09, 0xff09],
  [0x0a, 0xff0d],
  [0x0d, 0xff0d],
  [0x1b, 0xff1b],
  [0x7f, 0xffff],
]);
const UNICODE_KEYSYMS = 0x0100_0000;
