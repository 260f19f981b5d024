import type { InputButton, InputEvent, InputLocks, ReceiveInput } from "./inputEvent.ts";

/** The flags and the two numbers of a mouse event, as both paths carry them. */
export interface MouseWords {
  readonly flags: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Tells what a mouse event (TS_POINTER_EVENT, MS-RDPBCGR 2.2.8.1.1.3.1.1.3) says: nothing, a wheel, a move, buttons.
 */
export function receiveMouse(flags: number, x: number, y: number, receive: ReceiveInput): void {
  if ((flags & (verticalWheel | horizontalWheel)) !== 0) {
    // Nine bits of two's complement: the sign is a bit of its own above the byte.
    const turn = (flags & 0xff) - (flags & wheelNegative);
    if ((flags & horizontalWheel) !== 0) receive({ is: "wheel", vertical: 0, horizontal: turn });
    else receive({ is: "wheel", vertical: turn, horizontal: 0 });
    return;
  }
  const at = { x, y };
  const down = (flags & buttonDown) !== 0;
  if ((flags & moved) !== 0) receive({ is: "pointerTo", at });
  if ((flags & leftButton) !== 0) receive({ is: "button", button: "left", down, at });
  if ((flags & rightButton) !== 0) receive({ is: "button", button: "right", down, at });
  if ((flags & middleButton) !== 0) receive({ is: "button", button: "middle", down, at });
}

/** Tells what an event of the fourth and fifth button (TS_POINTERX_EVENT, 2.2.8.1.1.3.1.1.4) says. */
export function receiveExtendedMouse(flags: number, x: number, y: number, receive: ReceiveInput): void {
  const at = { x, y };
  const down = (flags & buttonDown) !== 0;
  if ((flags & backButton) !== 0) receive({ is: "button", button: "back", down, at });
  if ((flags & forwardButton) !== 0) receive({ is: "button", button: "forward", down, at });
}

/** Tells what a relative mouse event (TS_RELPOINTER_EVENT, 2.2.8.1.1.3.1.1.7) says; x and y are signed. */
export function receiveRelativeMouse(flags: number, x: number, y: number, receive: ReceiveInput): void {
  const down = (flags & buttonDown) !== 0;
  let offset = { x, y };
  const button = (button: InputButton): void => {
    receive({ is: "relativeButton", button, down, offset });
    // One movement, however many buttons.
    offset = { x: 0, y: 0 };
  };
  if ((flags & anyRelativeButton) === 0) {
    if ((flags & moved) !== 0) receive({ is: "pointerBy", offset });
    return;
  }
  if ((flags & leftButton) !== 0) button("left");
  if ((flags & rightButton) !== 0) button("right");
  if ((flags & middleButton) !== 0) button("middle");
  if ((flags & backButton) !== 0) button("back");
  if ((flags & forwardButton) !== 0) button("forward");
}

export type MouseEvent = Extract<
  InputEvent,
  { readonly is: "pointerTo" | "button" | "wheel" | "pointerBy" | "relativeButton" }
>;

/** The words of a mouse event, and which of the three kinds it is. */
export function mouseWords(event: MouseEvent): MouseWords & { readonly kind: "mouse" | "extended" | "relative" } {
  switch (event.is) {
    case "pointerTo":
      return { kind: "mouse", flags: moved, ...event.at };
    case "wheel":
      return { kind: "mouse", flags: wheelFlags(event.vertical, event.horizontal), x: 0, y: 0 };
    case "button": {
      const extended = event.button === "back" || event.button === "forward";
      return { kind: extended ? "extended" : "mouse", flags: buttonFlags(event), ...event.at };
    }
    case "pointerBy":
      return { kind: "relative", flags: moved, ...event.offset };
    case "relativeButton":
      return { kind: "relative", flags: buttonFlags(event), ...event.offset };
  }
}

/** Scroll, num, caps and kana lock as bits 0 … 3, as both paths carry them (MS-RDPBCGR 2.2.8.1.1.3.1.1.5). */
export function locksOf(bits: number): InputLocks {
  return {
    scrollLock: (bits & 1) !== 0,
    numLock: (bits & 2) !== 0,
    capsLock: (bits & 4) !== 0,
    kanaLock: (bits & 8) !== 0,
  };
}

export function lockBits(locks: InputLocks): number {
  return (locks.scrollLock ? 1 : 0) | (locks.numLock ? 2 : 0) | (locks.capsLock ? 4 : 0) | (locks.kanaLock ? 8 : 0);
}

function buttonFlags(event: { readonly button: InputButton; readonly down: boolean }): number {
  return buttonBits[event.button] | (event.down ? buttonDown : 0);
}

function wheelFlags(vertical: number, horizontal: number): number {
  const turn = horizontal === 0 ? vertical : horizontal;
  if (!(-256 <= turn && turn <= 255)) throw new RangeError(`a wheel turns by -256 … 255, not ${turn}`);
  return (horizontal === 0 ? verticalWheel : horizontalWheel) | (turn & 0x1ff);
}

const backButton = 0x0001;
const forwardButton = 0x0002;
const wheelNegative = 0x0100;
const verticalWheel = 0x0200;
const horizontalWheel = 0x0400;
const moved = 0x0800;
const leftButton = 0x1000;
const rightButton = 0x2000;
const middleButton = 0x4000;
const buttonDown = 0x8000;
const anyRelativeButton = leftButton | rightButton | middleButton | backButton | forwardButton;
const buttonBits = {
  left: leftButton,
  right: rightButton,
  middle: middleButton,
  back: backButton,
  forward: forwardButton,
};
