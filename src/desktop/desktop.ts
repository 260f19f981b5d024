import type { Point, Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";

/** A key by its place on the keyboard: scan code set 1 as RDP sends it (MS-RDPBCGR 2.2.8.1.1.3.1.1.1). */
export interface Key {
  /** 0x01 … 0x7f. */
  readonly scanCode: number;
  /** The E0 prefix. */
  readonly extended: boolean;
  /** The E1 prefix (Pause). */
  readonly extended1: boolean;
}

export interface LockKeys {
  readonly scrollLock: boolean;
  readonly numLock: boolean;
  readonly capsLock: boolean;
  readonly kanaLock: boolean;
}

export type PointerButton = "left" | "middle" | "right" | "back" | "forward";

/** BGRA with straight (not premultiplied) alpha. `serial` tells shapes apart: the same serial is the same shape. */
export interface CursorShape {
  readonly serial: number;
  readonly hotspot: Point;
  readonly pixels: Pixels;
}

/**
 * Who is told what happens on a desktop. Calls are made between events of the loop, never from inside a call of ours.
 */
export interface DesktopListener {
  /** Something changed since the last `takeDamage`. Told once until then. */
  damaged(): void;
  resized(size: Size): void;
  cursorChanged(): void;
  /** The desktop is gone; `why` is one sentence. Nothing follows. */
  ended(why: string): void;
}

/** One of the monitors on which a client shows a screen; its place is on the screen, so nothing of it is negative. */
export interface Monitor extends Rectangle {
  readonly primary: boolean;
}

/** How a client would like a screen. */
export interface ScreenLayout extends Size {
  /** They do not overlap, and exactly one is primary; absent or empty: one, as large as the screen. */
  readonly monitors?: readonly Monitor[];
  /** How large things are to be drawn, in per cent, 100 … 500; absent: 100. */
  readonly scale?: number;
}

/** What of a desktop is seen. */
export type SeenDesktop = Pick<
  Desktop,
  "size" | "monitors" | "pixels" | "pixelFile" | "cursor" | "listener" | "takeDamage"
>;

/** A file that may be mapped. The descriptor is lent for as long as the desktop is open. */
export interface PixelFile {
  readonly descriptor: number;
  /** In bytes. */
  readonly length: number;
}

/** A screen with input: what a connection attaches to. */
export interface Desktop {
  readonly size: Size;
  /** Several, or none: one, as large as the screen. */
  readonly monitors: readonly Monitor[];
  /** The largest size that `resize` can give. */
  readonly sizeMax: Size;
  /**
   * What is on the screen, lent: valid until the next `resized` or `takeDamage`, and changing under the reader's hands.
   */
  readonly pixels: Pixels;
  /**
   * The file that `pixels.data` is, from its start; undefined, for now or ever: they are in no file, or it cannot be
   * read in place without danger.
   */
  readonly pixelFile?: PixelFile | undefined;
  /** undefined: hidden. */
  readonly cursor: CursorShape | undefined;
  /** Who is told; set once by the one who attaches. */
  listener: DesktopListener | undefined;

  /**
   * What changed since the last call, as disjoint or overlapping rectangles inside the screen; empty when nothing did.
   */
  takeDamage(): Promise<readonly Rectangle[]>;
  /** Gives the nearest possible size, and tells which; programs are told of the monitors. */
  resize(layout: ScreenLayout): Promise<Size>;

  key(key: Key, down: boolean): void;
  /** A character typed without a key: one Unicode code point (surrogate pairs already joined). */
  character(codePoint: number, down: boolean): void;
  pointerTo(at: Point): void;
  /** By pixels from where it is. */
  pointerBy(offset: Point): void;
  button(button: PointerButton, down: boolean): void;
  /** Up and right are positive; 120 is one notch. Less than a notch is gathered. */
  wheel(turn: { readonly vertical: number; readonly horizontal: number }): void;
  setLockKeys(locks: LockKeys): void;
  /** Resolves when all input so far has been given to the screen; never when it was too much and is dropped. */
  inputGiven(): Promise<void>;
  /** Lets go of every key and button that is held, whoever pressed it. */
  releaseAll(): void;
  close(): void;
}
