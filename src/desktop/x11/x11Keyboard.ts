import { setTimeout as wait } from "node:timers/promises";
import type { Instant } from "#base/units.ts";
import type { Client, Xkb, XkbState, XTest } from "x11";
import type { Key, LockKeys } from "../desktop.ts";
import { KeyboardMapping, keysymOfCharacter, type Stroke } from "./keyboardMapping.ts";
import { ScanCodeTranslator } from "./scanCodes.ts";
import type { X11Connection } from "./x11Connection.ts";

export interface KeyboardExtensions {
  readonly xtest: XTest;
  readonly xkb: Xkb;
}

/** Types on an X server. Methods that return a promise must be waited for before the next is called. */
export class X11Keyboard {
  readonly #connection: X11Connection;
  readonly #client: Client;
  readonly #xtest: XTest;
  readonly #xkb: Xkb;
  readonly #now: () => Instant;
  readonly #translator = new ScanCodeTranslator();
  readonly #down = new Set<number>();
  #mapping: KeyboardMapping;
  #mappingIsStale = false;
  /** Characters that have got a spare keycode, the one used longest ago first. */
  readonly #lent = new Map<number, { readonly keycode: number; usedAt: Instant }>();

  private constructor(
    connection: X11Connection,
    extensions: KeyboardExtensions,
    mapping: KeyboardMapping,
    now: () => Instant,
  ) {
    this.#connection = connection;
    this.#client = connection.client;
    this.#xtest = extensions.xtest;
    this.#xkb = extensions.xkb;
    this.#mapping = mapping;
    this.#now = now;
  }

  /**
   * Also switches the server's own repetition of held keys off: clients repeat, and a lost release must not type for
   * ever.
   */
  static async open(
    connection: X11Connection,
    extensions: KeyboardExtensions,
    now: () => Instant,
  ): Promise<X11Keyboard> {
    const { xkb } = extensions;
    const events = xkb.EventType.NewKeyboardNotify | xkb.EventType.MapNotify;
    xkb.SelectEvents(CORE_KEYBOARD, events, 0, events, EVERY_MAP_PART, EVERY_MAP_PART);
    connection.client.ChangeKeyboardControl({ autoRepeatMode: 0 });
    return new X11Keyboard(connection, extensions, await fetchMapping(connection), now);
  }

  /** The layout changed, by us or by somebody else; it is fetched again when it is needed. */
  mappingChanged(): void {
    this.#mappingIsStale = true;
  }

  /** A key that is already down and goes down again is a repetition; modifiers do not repeat. */
  key(key: Key, down: boolean): void {
    const keycode = this.#translator.keycode(key);
    if (keycode === undefined) return;
    if (!down) {
      this.#release(keycode);
      return;
    }
    if (this.#down.has(keycode)) {
      if (this.#mapping.isModifier(keycode)) return;
      this.#release(keycode);
    }
    this.#press(keycode);
  }

  /** Types one character, whatever the layout has: by its key where that is certain, else by a spare keycode. */
  async type(codePoint: number): Promise<void> {
    const keysym = keysymOfCharacter(codePoint);
    if (keysym === undefined) return;
    await this.#refreshMapping();
    const state = await this.#connection.ask<XkbState>("XkbGetState", (answer) =>
      this.#xkb.GetState(CORE_KEYBOARD, answer),
    );
    const stroke = this.#strokeOf(keysym, state) ?? { keycode: await this.#lendKeycode(keysym), shift: false };
    // Programs make capitals of whatever is typed while Caps Lock is on, also of what is one letter on all levels.
    const capsLock = state.mods & CAPS_LOCK_MODIFIER;
    if (capsLock !== 0) this.#lock(CAPS_LOCK_MODIFIER, 0);
    if (stroke.shift) this.#fake(KEY_PRESS, SHIFT);
    this.#fake(KEY_PRESS, stroke.keycode);
    this.#fake(KEY_RELEASE, stroke.keycode);
    if (stroke.shift) this.#fake(KEY_RELEASE, SHIFT);
    if (capsLock !== 0) this.#lock(CAPS_LOCK_MODIFIER, CAPS_LOCK_MODIFIER);
  }

  /**
   * Sets the locks themselves rather than tapping their keys, which a layout may have turned into something else. The
   * kana lock has no counterpart in X, and a lock that the layout does not have is left alone.
   */
  setLocks(locks: LockKeys): void | Promise<void> {
    const set = (): void => {
      const wanted: readonly (readonly [number, boolean])[] = [
        [CAPS_LOCK_MODIFIER, locks.capsLock],
        [this.#mapping.modifierOf(KEYSYM_NUM_LOCK), locks.numLock],
        [this.#mapping.modifierOf(KEYSYM_SCROLL_LOCK), locks.scrollLock],
      ];
      let affected = 0;
      let locked = 0;
      for (const [modifier, on] of wanted) {
        affected |= modifier;
        if (on) locked |= modifier;
      }
      this.#lock(affected, locked);
    };
    return this.#mappingIsStale ? this.#refreshMapping().then(set) : set();
  }

  /** Lets go of every key that the server holds down, whoever pressed it. */
  async releaseAll(): Promise<void> {
    for (const keycode of this.#down) this.#release(keycode);
    const bits = await this.#connection.ask<Buffer>("QueryKeymap", (answer) => this.#client.QueryKeymap(answer));
    for (let keycode = 8; keycode < 256; keycode++) {
      if (((bits[keycode >> 3] ?? 0) & (1 << (keycode & 7))) !== 0) this.#fake(KEY_RELEASE, keycode);
    }
  }

  /**
   * The key, when what is held and locked lets it give this character and nothing else. Shift is added, but nothing is
   * taken away; Control and Alt may be held, since a shortcut is meant by its key.
   */
  #strokeOf(keysym: number, state: XkbState): Stroke | undefined {
    const stroke = this.#mapping.strokeOf(keysym, state.group);
    if (stroke === undefined) return undefined;
    const numLock = this.#mapping.modifierOf(KEYSYM_NUM_LOCK);
    const harmless = SHIFT_MODIFIER | CAPS_LOCK_MODIFIER | CONTROL_MODIFIER | ALT_MODIFIER | numLock;
    if ((state.mods & ~harmless) !== 0) return undefined;
    if ((state.mods & SHIFT_MODIFIER) === 0) return stroke;
    return stroke.shift ? { ...stroke, shift: false } : undefined;
  }

  /**
   * A keycode that gives the keysym, whatever is held. Programs fetch the new mapping some time after they are told of
   * it: until then a keycode must keep its meaning, so one that was used a moment ago is waited for.
   */
  async #lendKeycode(keysym: number): Promise<number> {
    const lent = this.#lent.get(keysym);
    if (lent !== undefined) {
      this.#lent.delete(keysym);
      this.#lent.set(keysym, { keycode: lent.keycode, usedAt: this.#now() });
      return lent.keycode;
    }
    const keycode = this.#freeKeycode() ?? (await this.#takeBackKeycode());
    this.#client.ChangeKeyboardMapping(keycode, 2, [keysym, keysym]);
    this.#lent.set(keysym, { keycode, usedAt: this.#now() });
    return keycode;
  }

  #freeKeycode(): number | undefined {
    const used = new Set([...this.#lent.values()].map((lent) => lent.keycode));
    return this.#mapping.spareKeycodes().find((keycode) => !used.has(keycode));
  }

  async #takeBackKeycode(): Promise<number> {
    const [oldest] = this.#lent;
    if (oldest === undefined) throw new Error("the X server's layout has no spare keycode");
    const [keysym, { keycode, usedAt }] = oldest;
    const left = usedAt + KEYCODE_REST_MS - this.#now();
    if (0 < left) await wait(left);
    this.#lent.delete(keysym);
    return keycode;
  }

  async #refreshMapping(): Promise<void> {
    while (this.#mappingIsStale) {
      this.#mappingIsStale = false;
      this.#mapping = await fetchMapping(this.#connection);
      for (const [keysym, { keycode }] of this.#lent) {
        if (this.#mapping.keysymOf(keycode) !== keysym) this.#lent.delete(keysym);
      }
    }
  }

  #lock(affected: number, locked: number): void {
    this.#xkb.LatchLockState(CORE_KEYBOARD, affected, locked, false, 0, 0, 0, false, 0);
  }

  #press(keycode: number): void {
    this.#down.add(keycode);
    this.#fake(KEY_PRESS, keycode);
  }

  #release(keycode: number): void {
    this.#down.delete(keycode);
    this.#fake(KEY_RELEASE, keycode);
  }

  #fake(type: number, keycode: number): void {
    this.#xtest.FakeInput(type, keycode, 0, 0, 0, 0);
  }
}

async function fetchMapping(connection: X11Connection): Promise<KeyboardMapping> {
  const { min_keycode: first, max_keycode: last } = connection.display;
  const [rows, modifiers] = await Promise.all([
    connection.ask<number[][]>("GetKeyboardMapping", (answer) =>
      connection.client.GetKeyboardMapping(first, last - first + 1, answer),
    ),
    connection.ask<number[][]>("GetModifierMapping", (answer) => connection.client.GetModifierMapping(answer)),
  ]);
  return new KeyboardMapping(first, rows, modifiers);
}

const KEY_PRESS = 2;
const KEY_RELEASE = 3;
const CORE_KEYBOARD = 0x100;
const EVERY_MAP_PART = 0xff;
const SHIFT = 50;
const SHIFT_MODIFIER = 1;
const CAPS_LOCK_MODIFIER = 2;
const CONTROL_MODIFIER = 4;
const ALT_MODIFIER = 8;
const KEYSYM_NUM_LOCK = 0xff7f;
const KEYSYM_SCROLL_LOCK = 0xff14;
/** How long after its use a spare keycode keeps its meaning. */
const KEYCODE_REST_MS = 200;
