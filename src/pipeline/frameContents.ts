import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { Instant } from "#base/units.ts";
import type { PixelFile } from "#desktop/desktop.ts";
import { areaMin, CopySearch, type Copy } from "./copies/copySearch.ts";
import { CoveredGround } from "./copies/coveredGround.ts";
import type { SameBytes } from "./copies/grownMatch.ts";
import type { EncodedFrame, Encoder } from "./encoder.ts";
import { frameWork, type FrameWork, type LookedAt, type StartFrameKernels } from "./frameWork.ts";
import { Shadow } from "./shadow.ts";
import { Unsettled } from "./unsettled.ts";
import { outside } from "./video/outside.ts";

/** What a frame has to say: first what moves, then what differs after that. */
export interface FrameChanges {
  readonly copies: readonly Copy[];
  readonly areas: readonly Rectangle[];
  /** What has changed inside the films, and is shown by them. */
  readonly moving: readonly Rectangle[];
}

/** What the client has of a desktop of one size, how exactly it has it, and so what is to be said next. */
export class FrameContents {
  readonly #work: FrameWork;
  readonly #shadow: Shadow;
  readonly #unsettled = new Unsettled();
  readonly #copySearch: CopySearch | undefined;
  readonly #ground: CoveredGround | undefined;

  constructor(
    size: Size,
    { movesParts, keepsGround = false }: Pick<Encoder, "movesParts" | "keepsGround">,
    {
      startKernels,
      file,
    }: { readonly startKernels?: StartFrameKernels | undefined; readonly file?: PixelFile | undefined } = {},
  ) {
    this.#work = frameWork(size, startKernels, file);
    this.#shadow = new Shadow(size, this.#work);
    this.#copySearch = movesParts ? new CopySearch() : undefined;
    this.#ground = keepsGround ? new CoveredGround(this.#work) : undefined;
  }

  /** What the client has, or will have when it has shown all. */
  get pixels(): Pixels {
    return this.#shadow.pixels;
  }

  /** Whether something is to be sent even when nothing is damaged. */
  get isIncomplete(): boolean {
    return this.#shadow.isIncomplete;
  }

  /** When something that was sent nearly will have stood still for long enough; undefined: there is nothing. */
  get stillAt(): Instant | undefined {
    return this.#unsettled.nextAt;
  }

  /** The client may have lost what is in this area. */
  forget(area: Rectangle): void {
    this.#shadow.forget(area);
  }

  /**
   * Takes over what `desktop` shows inside `damage`. It may go on changing meanwhile. undefined: nothing differs.
   * Inside `films` nobody looks whether something was only moved.
   */
  takeChanges(
    desktop: LookedAt,
    damage: readonly Rectangle[],
    now: Instant,
    films: readonly Rectangle[] = [],
  ): FrameChanges | undefined {
    const screen = this.#work.look(desktop, this.isIncomplete ? [{ x: 0, y: 0, ...sizeOf(this.pixels) }] : damage);
    const moving = films.flatMap((film) => this.#shadow.takeInside(screen, film, damage));
    // A copy of it made in this frame is a copy of what is there only nearly.
    this.#unsettled.noteMoving(moving, now);
    const others = films.reduce(outside, damage);
    const area = others.reduce((sum, { width, height }) => sum + width * height, 0);
    const { copies, areas } =
      this.#copySearch === undefined || this.#shadow.isIncomplete || area < areaMin
        ? { copies: [], areas: this.#shadow.takeChanges(screen, others) }
        : this.#takeMoved(this.#copySearch, screen, others, { now, overwrites: films.length === 0 });
    return areas.length + copies.length + moving.length === 0 ? undefined : { copies, areas, moving };
  }

  /**
   * The films of which the parts that have changed have only moved, as other things did lately: a page with pictures.
   */
  onlyMoved(desktop: LookedAt, damage: readonly Rectangle[], films: readonly Rectangle[]): readonly Rectangle[] {
    const search = this.#copySearch;
    if (search === undefined || films.length === 0) return [];
    const pictures = this.#pictures(this.#work.look(desktop, damage));
    return films.filter((film) => search.hasMoved(pictures, film));
  }

  /** Whether the client has something of this tile only nearly. */
  isNearly(tile: Rectangle): boolean {
    return this.#unsettled.has(tile);
  }

  /** These areas have been sent, the `lossy` ones of them nearly; the `settled` tiles are exact. */
  noteSent(areas: readonly Rectangle[], { lossy, settled = [] }: EncodedFrame, now: Instant): void {
    this.#unsettled.noteSent(areas, lossy, now);
    this.#unsettled.noteSettled(settled);
  }

  /** These areas will be sent nearly, by films. */
  noteMoving(areas: readonly Rectangle[], now: Instant): void {
    this.#unsettled.noteMoving(areas, now);
  }

  /** Up to `atMost` areas that were sent nearly and have stood still; they are to be sent exactly now. */
  takeStill(now: Instant, atMost: number): readonly Rectangle[] {
    return this.#unsettled.takeStill(now, atMost);
  }

  /** No more is read of the desktop. */
  close(): void {
    this.#work[Symbol.dispose]();
  }

  /** Moves in the shadow what has moved on the screen, and takes over what differs then. */
  #takeMoved(
    search: CopySearch,
    screen: Pixels,
    damage: readonly Rectangle[],
    { now, overwrites }: { readonly now: Instant; readonly overwrites: boolean },
  ): Omit<FrameChanges, "moving"> {
    const copies: Copy[] = [];
    const isNearly = (area: Rectangle): boolean => this.#unsettled.touches(area);
    const pictures = {
      ...this.#pictures(screen),
      perform: (copy: Copy): void => {
        copies.push(...(this.#ground?.coverBy(copy, isNearly) ?? []), copy);
        this.#shadow.copy(copy);
        const uncovered = this.#ground?.uncoverBy(copy, screen) ?? [];
        copies.push(...uncovered);
        for (const each of [copy, ...uncovered]) this.#unsettled.noteCopied(each, { overwrites }, now);
      },
    };
    search.repeat({ ...pictures, changes: damage });
    if (0 < copies.length) return this.#takeAfter(copies, screen, damage);
    const changes = this.#shadow.differences(screen, damage);
    search.find({ ...pictures, changes });
    if (0 < copies.length) return this.#takeAfter(copies, screen, changes);
    return { copies, areas: this.#shadow.takeChanges(screen, changes) };
  }

  #pictures(screen: Pixels) {
    const work = this.#work;
    const same: SameBytes = (nowAt, beforeAt, bytes) => work.sameBytes(screen, nowAt, beforeAt, bytes);
    return { before: this.#shadow.pixels, now: screen, same };
  }

  #takeAfter(copies: readonly Copy[], screen: Pixels, changes: readonly Rectangle[]): Omit<FrameChanges, "moving"> {
    const targets = copies.filter(({ ground }) => ground !== "aside").map(targetOf);
    return { copies, areas: this.#shadow.takeChanges(screen, [...changes, ...targets]) };
  }
}

function targetOf({ source, target }: Copy): Rectangle {
  return { ...source, ...target };
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
