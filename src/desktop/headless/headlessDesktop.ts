import { cover, intersect, sameSize, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, newPixels, type Pixels } from "#base/pixels.ts";
import type {
  CursorShape,
  Desktop,
  DesktopListener,
  Key,
  LockKeys,
  Monitor,
  PointerButton,
  ScreenLayout,
} from "../desktop.ts";

/** Something that a client did, as the desktop was told. */
export type DesktopInput =
  | { readonly is: "key"; readonly key: Key; readonly down: boolean }
  | { readonly is: "character"; readonly codePoint: number; readonly down: boolean }
  | { readonly is: "pointerTo"; readonly at: Point }
  | { readonly is: "button"; readonly button: PointerButton; readonly down: boolean; readonly at: Point }
  | { readonly is: "wheel"; readonly vertical: number; readonly horizontal: number; readonly at: Point }
  | { readonly is: "lockKeys"; readonly locks: LockKeys }
  | { readonly is: "releaseAll" };

export interface HeadlessOptions {
  readonly size: Size;
  readonly sizeMax: Size;
  /** Who is told what the client does. Without it the input is gathered for `takeInput`. */
  readonly onInput?: (input: DesktopInput) => void;
  /** Told after the pixels were replaced by larger or smaller ones, so that the picture can be drawn anew. */
  readonly onResize?: (size: Size) => void;
}

/** A desktop of pixels of its own: what Holdfast draws itself, and what tests and simulations attach to. */
export class HeadlessDesktop implements Desktop {
  readonly sizeMax: Size;
  #listener: DesktopListener | undefined;
  readonly #options: HeadlessOptions;
  #pixels: Pixels;
  #monitors: readonly Monitor[] = [];
  #cursor: CursorShape | undefined;
  #pointer: Point = { x: 0, y: 0 };
  #damage: Rectangle[];
  #told = false;
  #ended = false;
  #input: DesktopInput[] = [];

  constructor(options: HeadlessOptions) {
    this.#options = options;
    this.sizeMax = options.sizeMax;
    this.#pixels = newPixels(clampSize(options.size, options.sizeMax));
    this.#damage = [wholeOf(this.#pixels)];
  }

  get listener(): DesktopListener | undefined {
    return this.#listener;
  }

  /** Whoever begins to listen is told in a later turn of the damage that is there. */
  set listener(listener: DesktopListener | undefined) {
    this.#listener = listener;
    this.#told = false;
    this.#tellDamage();
  }

  get size(): Size {
    return { width: this.#pixels.width, height: this.#pixels.height };
  }

  get monitors(): readonly Monitor[] {
    return this.#monitors;
  }

  /** Whoever draws writes here, then calls `damage`. */
  get pixels(): Pixels {
    return this.#pixels;
  }

  get cursor(): CursorShape | undefined {
    return this.#cursor;
  }

  /** Where the client's pointer is. */
  get pointer(): Point {
    return this.#pointer;
  }

  /** What was drawn; parts outside the screen do not count. The listener is told in a later turn of the loop. */
  damage(part: Rectangle): void {
    const inside = intersect(part, wholeOf(this.#pixels));
    if (inside === undefined || this.#ended) return;
    this.#damage.push(inside);
    if (RECTANGLES_MAX < this.#damage.length) this.#damage = [this.#damage.reduce(cover)];
    this.#tellDamage();
  }

  /** undefined hides it. A new shape needs a new serial. */
  setCursor(cursor: CursorShape | undefined): void {
    if (cursor?.serial === this.#cursor?.serial) return;
    this.#cursor = cursor;
    this.#tell((listener) => listener.cursorChanged());
  }

  /** The desktop is gone; `why` is one sentence. */
  end(why: string): void {
    if (this.#ended) return;
    this.#tell((listener) => listener.ended(why));
    this.#ended = true;
  }

  /** What the client did since the last call, at most the latest `INPUT_MAX`; empty when `onInput` gets it. */
  takeInput(): readonly DesktopInput[] {
    const input = this.#input;
    this.#input = [];
    return input;
  }

  takeDamage(): Promise<readonly Rectangle[]> {
    const damage = this.#damage;
    this.#damage = [];
    this.#told = false;
    return Promise.resolve(damage);
  }

  resize({ monitors = [], ...size }: ScreenLayout): Promise<Size> {
    const given = clampSize(size, this.sizeMax);
    this.#monitors = sameSize(given, size) ? monitors : [];
    if (!sameSize(given, this.#pixels)) {
      const before = this.#pixels;
      this.#pixels = newPixels(given);
      copyPixelsInto(this.#pixels, before);
      this.#damage = [];
      this.#pointer = inside(this.#pointer, given);
      this.#options.onResize?.(given);
      this.#tell((listener) => listener.resized(given));
      this.damage(wholeOf(given));
    }
    return Promise.resolve(given);
  }

  key(key: Key, down: boolean): void {
    this.#record({ is: "key", key, down });
  }

  character(codePoint: number, down: boolean): void {
    this.#record({ is: "character", codePoint, down });
  }

  pointerTo(at: Point): void {
    this.#pointer = inside(at, this.#pixels);
    this.#record({ is: "pointerTo", at: this.#pointer });
  }

  pointerBy(offset: Point): void {
    this.pointerTo({ x: this.#pointer.x + offset.x, y: this.#pointer.y + offset.y });
  }

  button(button: PointerButton, down: boolean): void {
    this.#record({ is: "button", button, down, at: this.#pointer });
  }

  wheel(turn: { readonly vertical: number; readonly horizontal: number }): void {
    this.#record({ is: "wheel", vertical: turn.vertical, horizontal: turn.horizontal, at: this.#pointer });
  }

  setLockKeys(locks: LockKeys): void {
    this.#record({ is: "lockKeys", locks });
  }

  inputGiven(): Promise<void> {
    return Promise.resolve();
  }

  releaseAll(): void {
    this.#record({ is: "releaseAll" });
  }

  close(): void {
    this.#ended = true;
    this.listener = undefined;
  }

  #record(input: DesktopInput): void {
    if (this.#ended) return;
    if (this.#options.onInput !== undefined) {
      this.#options.onInput(input);
      return;
    }
    this.#input.push(input);
    if (INPUT_MAX < this.#input.length) this.#input.shift();
  }

  #tellDamage(): void {
    if (this.#told || this.#listener === undefined || this.#damage.length === 0) return;
    this.#told = true;
    this.#tell((listener) => listener.damaged());
  }

  /** In a turn of its own, so that no listener runs inside a call of whoever draws or types. */
  #tell(event: (listener: DesktopListener) => void): void {
    if (this.#ended) return;
    setImmediate(() => {
      if (this.listener !== undefined) event(this.listener);
    });
  }
}

/** At least one pixel, at most `most`, whole numbers. */
const clampSize = (size: Size, most: Size): Size => ({
  width: Math.max(1, Math.min(Math.floor(size.width), most.width)),
  height: Math.max(1, Math.min(Math.floor(size.height), most.height)),
});

const inside = (at: Point, size: Size): Point => ({
  x: Math.max(0, Math.min(at.x, size.width - 1)),
  y: Math.max(0, Math.min(at.y, size.height - 1)),
});

const wholeOf = (size: Size): Rectangle => ({ x: 0, y: 0, width: size.width, height: size.height });

/** Above this, damage becomes the one rectangle that covers it. */
const RECTANGLES_MAX = 256;
/** Recorded input above this drops its oldest. */
const INPUT_MAX = 10_000;
