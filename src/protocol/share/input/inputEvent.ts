import type { Point } from "#base/geometry.ts";

/**
 * A key by its place on the keyboard: scan code set 1 (MS-RDPBCGR 2.2.8.1.1.3.1.1.1); the shape that a desktop takes.
 */
export interface InputKey {
  /** 0x01 … 0x7f. */
  readonly scanCode: number;
  /** The E0 prefix. */
  readonly extended: boolean;
  /** The E1 prefix (Pause). */
  readonly extended1: boolean;
}

export interface InputLocks {
  readonly scrollLock: boolean;
  readonly numLock: boolean;
  readonly capsLock: boolean;
  readonly kanaLock: boolean;
}

export type InputButton = "left" | "middle" | "right" | "back" | "forward";

/** What a person did, from slow-path or fast-path input alike. Positions are pixels of the whole desktop. */
export type InputEvent =
  | { readonly is: "key"; readonly key: InputKey; readonly down: boolean }
  /** One UTF-16 code unit; a character outside the basic plane comes as two events. */
  | { readonly is: "unicode"; readonly unit: number; readonly down: boolean }
  | { readonly is: "pointerTo"; readonly at: Point }
  /** Before the button changes, the pointer is at `at`. */
  | { readonly is: "button"; readonly button: InputButton; readonly down: boolean; readonly at: Point }
  /** Up and right are positive; 120 is one notch; -256 … 255. The pointer does not move. */
  | { readonly is: "wheel"; readonly vertical: number; readonly horizontal: number }
  | { readonly is: "pointerBy"; readonly offset: Point }
  /** With a relative mouse: `offset` first, then the button changes. */
  | { readonly is: "relativeButton"; readonly button: InputButton; readonly down: boolean; readonly offset: Point }
  /** The client's lock keys as they are now; all keys are up. */
  | { readonly is: "synchronize"; readonly locks: InputLocks }
  /** When the client made the events that follow, in milliseconds of its own clock. */
  | { readonly is: "timestamp"; readonly milliseconds: number };

/** Takes events one by one, in order. */
export type ReceiveInput = (event: InputEvent) => void;
