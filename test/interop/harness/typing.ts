import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestClient } from "./clients.ts";
import { eventually } from "./eventually.ts";

/** A desktop that is one terminal over the whole screen; what it is typed goes to a file in the user's home. */
export const typingDesktop = `exec xterm -u8 -geometry 400x200+0+0 -e sh -c 'stty raw -echo; exec cat >"$HOME/typed"'`;

/** What the terminal of `typingDesktop` has got so far. */
export function typed(user: { readonly home: string }): string {
  const path = join(user.home, "typed");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/**
 * Waits until the terminal hears the keys, with the mouse on it: without a window manager that gives it the keys. Gives
 * the length of what it has got until then.
 */
export async function awaitTerminal(client: TestClient, user: { readonly home: string }): Promise<number> {
  await eventually("the terminal is there", () => existsSync(join(user.home, "typed")));
  for (const point of [300, 200]) await client.moveMouse(point, point);
  const before = typed(user);
  await eventually("the terminal hears the keys", async () => {
    await client.key(String(keys.x));
    return typed(user) !== before;
  });
  await client.key("Return");
  await eventually("the terminal has heard them all", () => typed(user).endsWith("\r"));
  return typed(user).length;
}

/** Presses keys one after the other by their place on the keyboard; with `altGr` or `shift` held. */
export async function press(client: TestClient, strokes: readonly Stroke[]): Promise<void> {
  for (const stroke of strokes) {
    const { key, held = [] } = typeof stroke === "number" ? { key: stroke } : stroke;
    await client.key([...held, key].join("+"));
  }
}

/** A key by its X keycode (evdev: Linux' code and 8), alone or with others held. */
export type Stroke = number | { readonly key: number; readonly held: readonly number[] };

/** Places on the keyboard by what an American one has there. */
export const keys = {
  minus: 20,
  q: 24,
  e: 26,
  openBracket: 34,
  a: 38,
  semicolon: 47,
  quote: 48,
  shift: 50,
  z: 52,
  x: 53,
  altGr: 108,
} as const;

/** Waits until what was typed since then is this. */
export async function awaitTyped(user: { readonly home: string }, since: number, text: string): Promise<void> {
  const seen = () => typed(user).slice(since);
  await eventually(`“${text}” is typed`, () => seen() === text).catch((error: unknown) => {
    throw new Error(`${String(error)}: it is “${seen()}”`);
  });
}
