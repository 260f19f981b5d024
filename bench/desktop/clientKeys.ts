import type { X11Connection } from "#desktop/x11/x11Connection.ts";

/** Whoever sits at the client: presses keys on the X server that it runs under. */
export interface ClientKeys {
  /** Types one character of `typeable`; a capital letter as a small one. */
  character(character: string): void;
  /** Presses a key with Ctrl held. */
  control(character: string): void;
  moveTo(x: number, y: number): void;
}

export async function clientKeys(x11: X11Connection): Promise<ClientKeys> {
  const xtest = await x11.extension("xtest");
  const key = (code: number, down: boolean): void => xtest.FakeInput(down ? 2 : 3, code, 0, x11.root, 0, 0);
  const press = (code: number): void => {
    key(code, true);
    key(code, false);
  };
  return {
    character: (character) => press(codeOf(character)),
    control: (character) => {
      key(controlCode, true);
      press(codeOf(character));
      key(controlCode, false);
    },
    moveTo: (x, y) => xtest.FakeInput(6, 0, 0, x11.root, x, y),
  };
}

function codeOf(character: string): number {
  const code = codes.get(character.toLowerCase());
  if (code === undefined) throw new Error(`there is no key for “${character}”`);
  return code;
}

/** X keycodes (evdev) by what an American keyboard has there. */
const codes = new Map<string, number>(
  [
    { first: 10, row: "1234567890-=" },
    { first: 24, row: "qwertyuiop[]\n" },
    { first: 38, row: "asdfghjkl;'" },
    { first: 52, row: "zxcvbnm,./" },
    { first: 65, row: " " },
    { first: 9, row: "\u{1b}" },
  ].flatMap(({ first, row }) => Array.from(row, (character, at) => [character, first + at] as const)),
);
const controlCode = 37;
