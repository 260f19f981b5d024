import { cover, intersect, isInside, sameSize, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import type { Instant } from "#base/units.ts";
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
import { arrowCursor } from "../screens/arrowCursor.ts";
import { pressInBox, typeInBox, type MessageBox } from "../screens/messageBox.ts";
import { drawBox, type BoxPicture } from "../screens/messageBoxPicture.ts";
import { HeldInput } from "./heldInput.ts";

export interface BoxedDesktopOptions {
  /** The desktop that is seen around the box. */
  readonly below: Desktop;
  readonly now: () => Instant;
  /** A button of the box was pressed; the box stands until `hideBox`. */
  readonly pressed: (button: string) => void;
  /** A key, a character, a click, the wheel or a motion, wherever it went. */
  readonly touched: () => void;
  /** Nothing that the box took is held any more, and no box stands: input may go to `below` by itself again. */
  readonly released: () => void;
}

/**
 * A desktop with a message box on it. Keys go to the box from the first one on that comes after a moment of silence, so
 * that who is typing does not answer unseen; clicks go where they point. Whoever got a key or button down gets it up.
 */
export class BoxedDesktop implements Desktop {
  readonly #options: BoxedDesktopOptions;
  readonly #below: Desktop;
  readonly #held = new HeldInput();
  #listener: DesktopListener | undefined;
  #pixels: Pixels;
  #shown: { readonly box: MessageBox; readonly hint: string; readonly picture: BoxPicture } | undefined;
  /** What differs from what was taken, apart from the damage of `below`. */
  #damage: Rectangle[];
  /** Where the pointer is; undefined: not known since it moved by itself. */
  #pointer: Point | undefined;
  /** Of the last key that went down, or of the box's appearance. */
  #lastKeyAt: Instant;
  #hasKeyboard = false;
  /** Since when this box, and not another one, is shown. */
  #boxShownAt: Instant;

  constructor(options: BoxedDesktopOptions) {
    this.#options = options;
    this.#below = options.below;
    this.#pixels = newPixels(this.#below.size);
    this.#damage = [wholeOf(this.#pixels)];
    this.#lastKeyAt = options.now();
    this.#boxShownAt = this.#lastKeyAt;
  }

  get listener(): DesktopListener | undefined {
    return this.#listener;
  }

  set listener(listener: DesktopListener | undefined) {
    this.#listener = listener;
    this.#below.listener = listener === undefined ? undefined : this.#relayTo(listener);
    this.#tellDamage();
  }

  get size(): Size {
    return this.#below.size;
  }

  get monitors(): readonly Monitor[] {
    return this.#below.monitors;
  }

  get sizeMax(): Size {
    return this.#below.sizeMax;
  }

  get pixels(): Pixels {
    return this.#pixels;
  }

  get cursor(): CursorShape | undefined {
    return this.#isOnBox(this.#pointer) ? arrow : this.#below.cursor;
  }

  /** Shows this box, instead of another one. */
  showBox(box: MessageBox, hint: string): void {
    this.#boxShownAt = this.#options.now();
    if (this.#shown === undefined) {
      this.#lastKeyAt = this.#boxShownAt;
      // What happened below while no box stood was told to somebody else.
      this.#damage = [wholeOf(this.#pixels)];
    }
    this.#draw({ box, hint });
    this.#tellCursor();
  }

  /** The line below the buttons. */
  changeHint(hint: string): void {
    if (this.#shown !== undefined && hint !== this.#shown.hint) this.#draw({ ...this.#shown, hint });
  }

  hideBox(): void {
    const area = this.#shown?.picture.area;
    this.#shown = undefined;
    this.#hasKeyboard = false;
    if (area !== undefined) this.#damaged(area);
    this.#tellCursor();
    this.#tellReleased();
  }

  async takeDamage(): Promise<readonly Rectangle[]> {
    const below = await this.#below.takeDamage();
    this.#fit();
    const whole = wholeOf(this.#pixels);
    const damage = [...below, ...this.#damage.splice(0)].flatMap((part) => intersect(part, whole) ?? []);
    for (const part of damage) this.#compose(part);
    return damage;
  }

  resize(layout: ScreenLayout): Promise<Size> {
    return this.#below.resize(layout);
  }

  key(key: Key, down: boolean): void {
    if (!down) {
      if (!this.#held.takeKey(key)) this.#below.key(key, false);
      return this.#tellReleased();
    }
    const repeats = this.#held.hasKey(key);
    if (repeats || this.#takesKeyboard()) {
      this.#held.noteKey(key);
      if (!repeats) this.#answer((box) => pressInBox(box, key));
    } else this.#below.key(key, true);
    this.#options.touched();
  }

  character(codePoint: number, down: boolean): void {
    if (!down) return this.#below.character(codePoint, false);
    if (this.#takesKeyboard()) this.#answer((box) => typeInBox(box, codePoint));
    else this.#below.character(codePoint, true);
    this.#options.touched();
  }

  pointerTo(at: Point): void {
    const wasOnBox = this.#isOnBox(this.#pointer);
    const hasMoved = this.#pointer?.x !== at.x || this.#pointer.y !== at.y;
    this.#pointer = at;
    const isOnBox = this.#isOnBox(at);
    if (!isOnBox || this.#held.hasButtonsBelow) this.#below.pointerTo(at);
    if (isOnBox !== wasOnBox) this.#tellCursor();
    if (hasMoved) this.#options.touched();
  }

  pointerBy(offset: Point): void {
    this.#pointer = undefined;
    this.#below.pointerBy(offset);
    this.#options.touched();
  }

  button(button: PointerButton, down: boolean): void {
    const target = down ? (this.#isOnBox(this.#pointer) ? "box" : "below") : this.#held.takeButton(button);
    if (down) this.#held.noteButton(button, target);
    if (target === "below") this.#below.button(button, down);
    else if (down && button === "left") this.#click();
    if (down) this.#options.touched();
    else this.#tellReleased();
  }

  wheel(turn: { readonly vertical: number; readonly horizontal: number }): void {
    if (!this.#isOnBox(this.#pointer)) this.#below.wheel(turn);
    this.#options.touched();
  }

  setLockKeys(locks: LockKeys): void {
    this.#below.setLockKeys(locks);
  }

  inputGiven(): Promise<void> {
    return this.#below.inputGiven();
  }

  releaseAll(): void {
    this.#held.forget();
    this.#below.releaseAll();
    this.#tellReleased();
  }

  /** The desktop below is its owner's to close. */
  close(): void {
    this.listener = undefined;
  }

  /** Something is typed: whether it is for the box. */
  #takesKeyboard(): boolean {
    const now = this.#options.now();
    if (this.#shown !== undefined && quietFor <= now - this.#lastKeyAt) this.#hasKeyboard = true;
    this.#lastKeyAt = now;
    return this.#hasKeyboard;
  }

  #click(): void {
    const at = this.#pointer;
    const pressed = at === undefined ? undefined : this.#shown?.picture.buttonAt(at);
    if (pressed !== undefined) this.#answer((box) => ({ box, pressed }));
  }

  /** What comes at once after another box was there was meant for that one. */
  #answer(act: (box: MessageBox) => { readonly box: MessageBox; readonly pressed?: string }): void {
    const shown = this.#shown;
    if (shown === undefined || this.#options.now() - this.#boxShownAt < quietFor) return;
    const { box, pressed } = act(shown.box);
    if (box !== shown.box) this.#draw({ box, hint: shown.hint });
    if (pressed !== undefined) this.#options.pressed(pressed);
  }

  #draw({ box, hint }: { readonly box: MessageBox; readonly hint: string }): void {
    const before = this.#shown?.picture.area;
    const primary = this.#below.monitors.find((each) => each.primary);
    const picture = drawBox(box, hint, primary ?? wholeOf(this.#pixels));
    this.#shown = { box, hint, picture };
    this.#damaged(before === undefined ? picture.area : cover(before, picture.area));
  }

  #isOnBox(at: Point | undefined): boolean {
    return at !== undefined && this.#shown !== undefined && isInside(this.#shown.picture.area, at);
  }

  /** The desktop below has got another size. */
  #fit(): void {
    if (sameSize(this.#below.pixels, this.#pixels)) return;
    this.#pixels = newPixels(this.#below.size);
    if (this.#shown !== undefined) this.#draw(this.#shown);
    this.#damage = [wholeOf(this.#pixels)];
  }

  #compose(part: Rectangle): void {
    copyPixelsInto(crop(this.#pixels, part), crop(this.#below.pixels, part));
    const picture = this.#shown?.picture;
    const covered = picture === undefined ? undefined : intersect(part, picture.area);
    if (picture === undefined || covered === undefined) return;
    const inBox = { ...covered, x: covered.x - picture.area.x, y: covered.y - picture.area.y };
    copyPixelsInto(crop(this.#pixels, covered), crop(picture.pixels, inBox));
  }

  #relayTo(listener: DesktopListener): DesktopListener {
    return {
      damaged: () => listener.damaged(),
      resized: (size) => {
        this.#fit();
        listener.resized(size);
      },
      cursorChanged: () => listener.cursorChanged(),
      ended: (why) => listener.ended(why),
    };
  }

  #damaged(area: Rectangle): void {
    this.#damage.push(area);
    this.#tellDamage();
  }

  #tellDamage(): void {
    if (this.#damage.length === 0) return;
    setImmediate(() => {
      if (0 < this.#damage.length) this.#listener?.damaged();
    });
  }

  #tellCursor(): void {
    setImmediate(() => this.#listener?.cursorChanged());
  }

  #tellReleased(): void {
    if (this.#shown === undefined && !this.#held.hasAny) this.#options.released();
  }
}

const wholeOf = (size: Size): Rectangle => ({ x: 0, y: 0, width: size.width, height: size.height });

/** X servers count their shapes' serials up from zero. */
const arrow = arrowCursor(-1);
/** In milliseconds: longer than between two strokes of somebody who types. */
const quietFor = 700;
