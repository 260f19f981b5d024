import { intersect, sameSize, type Rectangle, type Size } from "#base/geometry.ts";
import { copyPixelsInto, crop, newPixels, type Pixels } from "#base/pixels.ts";
import type { Instant } from "#base/units.ts";
import type { CursorShape, DesktopListener, Monitor, SeenDesktop } from "../desktop.ts";
import { drawOverlay } from "../screens/overlayPicture.ts";

/**
 * A desktop with a few lines of text in a corner. The text is made anew with pictures that the desktop makes anyway, at
 * most twice a second: of its own accord it makes none.
 */
export class OverlaidDesktop implements SeenDesktop {
  readonly #below: SeenDesktop;
  readonly #lines: () => readonly string[];
  readonly #now: () => Instant;
  #pixels: Pixels;
  #panel: { readonly area: Rectangle; readonly pixels: Pixels } | undefined;
  #drawnAt: Instant | undefined;
  #isNew = true;

  constructor(options: {
    readonly below: SeenDesktop;
    readonly lines: () => readonly string[];
    readonly now: () => Instant;
  }) {
    this.#below = options.below;
    this.#lines = options.lines;
    this.#now = options.now;
    this.#pixels = newPixels(this.#below.size);
  }

  get size(): Size {
    return this.#below.size;
  }

  get monitors(): readonly Monitor[] {
    return this.#below.monitors;
  }

  get pixels(): Pixels {
    this.#fit();
    return this.#pixels;
  }

  get cursor(): CursorShape | undefined {
    return this.#below.cursor;
  }

  get listener(): DesktopListener | undefined {
    return this.#below.listener;
  }

  set listener(listener: DesktopListener | undefined) {
    this.#below.listener = listener;
  }

  async takeDamage(): Promise<readonly Rectangle[]> {
    const below = await this.#below.takeDamage();
    this.#fit();
    const whole = { x: 0, y: 0, ...this.#below.size };
    const changed = this.#isNew ? [whole] : below.flatMap((part) => intersect(part, whole) ?? []);
    this.#isNew = false;
    const damage = changed.length === 0 ? [] : [...changed, ...this.#renewPanel()];
    for (const part of damage) this.#compose(part);
    return damage;
  }

  /** What of the screen looks different by it. */
  #renewPanel(): readonly Rectangle[] {
    const now = this.#now();
    if (this.#drawnAt !== undefined && now - this.#drawnAt < renewedEvery) return [];
    this.#drawnAt = now;
    const before = this.#panel?.area;
    this.#panel = drawOverlay(this.#lines(), this.#pixels);
    return before === undefined ? [this.#panel.area] : [before, this.#panel.area];
  }

  /** The desktop below has got another size. */
  #fit(): void {
    if (sameSize(this.#below.size, this.#pixels)) return;
    this.#pixels = newPixels(this.#below.size);
    this.#panel = undefined;
    this.#drawnAt = undefined;
    this.#isNew = true;
  }

  #compose(part: Rectangle): void {
    copyPixelsInto(crop(this.#pixels, part), crop(this.#below.pixels, part));
    const panel = this.#panel;
    const covered = panel === undefined ? undefined : intersect(part, panel.area);
    if (panel === undefined || covered === undefined) return;
    const inPanel = { ...covered, x: covered.x - panel.area.x, y: covered.y - panel.area.y };
    copyPixelsInto(crop(this.#pixels, covered), crop(panel.pixels, inPanel));
  }
}

/** In milliseconds. */
const renewedEvery = 500;
