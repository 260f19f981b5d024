import { sameSize, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, crop } from "#base/pixels.ts";
import type { ScreenLayout } from "#desktop/desktop.ts";
import { HeadlessDesktop, type DesktopInput } from "#desktop/headless/headlessDesktop.ts";
import { arrowCursor } from "#desktop/screens/arrowCursor.ts";
import { draw, handle, type Screen, type ScreenAction } from "#desktop/screens/screen.ts";
import type { ScreenEvent } from "#desktop/screens/screenEvent.ts";

/**
 * A desktop that shows the screens which Holdfast draws itself, one at a time, and says what its user does. It begins
 * asleep.
 */
export class ScreenStage {
  readonly desktop: HeadlessDesktop;
  #screen: Screen;
  #awake = false;
  #onAction: (action: ScreenAction) => void = () => {};
  #onInput: () => void = () => {};

  constructor(options: { readonly sizeMax: Size; readonly screen: Screen }) {
    this.#screen = options.screen;
    this.desktop = new HeadlessDesktop({
      size: asleep,
      sizeMax: options.sizeMax,
      onInput: (input) => this.#receive(input),
      onResize: () => this.#draw(),
    });
    this.desktop.setCursor(arrowCursor(1));
  }

  get screen(): Screen {
    return this.#screen;
  }

  /** Shows another screen; resolves with the first thing that its user wants done. `touched` hears of every input. */
  ask(screen: Screen, touched: () => void = () => {}): Promise<ScreenAction> {
    this.show(screen);
    this.#onInput = touched;
    return new Promise((resolve) => (this.#onAction = resolve));
  }

  show(screen: Screen): void {
    this.#screen = screen;
    this.#onAction = () => {};
    this.#onInput = () => {};
    this.#draw();
  }

  /** The same screen with other things in it: who was asked something is still asked it. */
  change(screen: Screen): void {
    this.#screen = screen;
    this.#draw();
  }

  /** Nobody looks: the picture's memory is given back. */
  sleep(): void {
    this.#awake = false;
    void this.desktop.resize(asleep);
  }

  wake(layout: ScreenLayout): void {
    this.#awake = true;
    void this.desktop.resize(layout);
  }

  #receive(input: DesktopInput): void {
    const event = eventOf(input);
    if (event === undefined) return;
    this.#onInput();
    const place = this.#place;
    const { model, action } = handle(this.#screen, movedInto(place, event), place);
    if (model !== this.#screen) {
      this.#screen = model;
      this.#draw();
    }
    if (action !== undefined) this.#onAction(action);
  }

  #draw(): void {
    if (!this.#awake) return;
    const { size, pixels } = this.desktop;
    const place = this.#place;
    if (!sameSize(place, size)) pixels.data.fill(0);
    copyPixelsInto(crop(pixels, place), draw(this.#screen, place));
    this.desktop.damage({ x: 0, y: 0, ...size });
  }

  /** The client's primary monitor, where it has several. */
  get #place(): Rectangle {
    const { size, monitors } = this.desktop;
    return monitors.find((each) => each.primary) ?? { x: 0, y: 0, ...size };
  }
}

function eventOf(input: DesktopInput): ScreenEvent | undefined {
  switch (input.is) {
    case "key":
    case "character":
      return input;
    case "lockKeys":
      return { is: "locks", locks: input.locks };
    case "pointerTo":
      return undefined;
    case "button":
      return input.down
        ? { is: "pointer", at: input.at, pressed: input.button === "left" ? "left" : "other" }
        : undefined;
    case "wheel":
    case "releaseAll":
      return undefined;
  }
}

function movedInto(place: Rectangle, event: ScreenEvent): ScreenEvent {
  return event.is === "pointer" ? { ...event, at: { x: event.at.x - place.x, y: event.at.y - place.y } } : event;
}

const asleep: Size = { width: 1, height: 1 };
