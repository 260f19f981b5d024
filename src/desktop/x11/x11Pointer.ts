import type { Point, Size } from "#base/geometry.ts";
import type { Client, PointerState, XTest } from "x11";
import type { PointerButton } from "../desktop.ts";
import type { X11Connection } from "./x11Connection.ts";

/** Moves the pointer of an X server, presses its buttons and turns its wheel. */
export class X11Pointer {
  readonly #connection: X11Connection;
  readonly #client: Client;
  readonly #xtest: XTest;
  readonly #down = new Set<number>();
  readonly #turned = { vertical: 0, horizontal: 0 };

  constructor(connection: X11Connection, xtest: XTest) {
    this.#connection = connection;
    this.#client = connection.client;
    this.#xtest = xtest;
  }

  /** Outside the screen is its edge. */
  moveTo(at: Point, screen: Size): void {
    const x = Math.max(0, Math.min(Math.round(at.x), screen.width - 1));
    const y = Math.max(0, Math.min(Math.round(at.y), screen.height - 1));
    this.#xtest.FakeInput(MOTION_NOTIFY, ABSOLUTE, 0, this.#connection.root, x, y);
  }

  moveBy(offset: Point): void {
    this.#xtest.FakeInput(MOTION_NOTIFY, RELATIVE, 0, 0, toWord(offset.x), toWord(offset.y));
  }

  button(button: PointerButton, down: boolean): void {
    const number = buttonNumbers[button];
    if (down) this.#down.add(number);
    else this.#down.delete(number);
    this.#fake(down ? BUTTON_PRESS : BUTTON_RELEASE, number);
  }

  /** One click of a wheel button for each whole notch of 120 that has gathered. */
  wheel(turn: { readonly vertical: number; readonly horizontal: number }): void {
    this.#turn("vertical", turn.vertical, WHEEL_UP, WHEEL_DOWN);
    this.#turn("horizontal", turn.horizontal, WHEEL_RIGHT, WHEEL_LEFT);
  }

  /** Lets go of every button that the server holds down, whoever pressed it. */
  async releaseAll(): Promise<void> {
    for (const number of this.#down) this.#fake(BUTTON_RELEASE, number);
    this.#down.clear();
    const state = await this.#connection.ask<PointerState>("QueryPointer", (answer) =>
      this.#client.QueryPointer(this.#connection.root, answer),
    );
    for (let number = 1; number <= 5; number++) {
      if ((state.keyMask & (FIRST_BUTTON_MASK << (number - 1))) !== 0) this.#fake(BUTTON_RELEASE, number);
    }
  }

  #turn(axis: "vertical" | "horizontal", by: number, positive: number, negative: number): void {
    // A turn back begins anew: what was gathered the other way must not swallow it.
    if (Math.sign(by) === -Math.sign(this.#turned[axis])) this.#turned[axis] = 0;
    this.#turned[axis] += by;
    const notches = Math.trunc(this.#turned[axis] / NOTCH);
    this.#turned[axis] -= notches * NOTCH;
    for (let click = 0; click < Math.min(Math.abs(notches), CLICKS_MAX); click++) {
      const number = 0 < notches ? positive : negative;
      this.#fake(BUTTON_PRESS, number);
      this.#fake(BUTTON_RELEASE, number);
    }
  }

  #fake(type: number, number: number): void {
    this.#xtest.FakeInput(type, number, 0, 0, 0, 0);
  }
}

const toWord = (offset: number): number => Math.max(-0x8000, Math.min(Math.round(offset), 0x7fff));

const buttonNumbers: Readonly<Record<PointerButton, number>> = { left: 1, middle: 2, right: 3, back: 8, forward: 9 };

const BUTTON_PRESS = 4;
const BUTTON_RELEASE = 5;
const MOTION_NOTIFY = 6;
const ABSOLUTE = 0;
const RELATIVE = 1;
const WHEEL_UP = 4;
const WHEEL_DOWN = 5;
const WHEEL_LEFT = 6;
const WHEEL_RIGHT = 7;
const NOTCH = 120;
/** Of one event. */
const CLICKS_MAX = 32;
const FIRST_BUTTON_MASK = 0x100;
