import type { Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { joined } from "../areas.ts";
import type { FrameWork } from "../frameWork.ts";
import { byTiles } from "../tileParts.ts";
import { outside } from "../video/outside.ts";
import type { Copy } from "./copySearch.ts";

/**
 * What dragged windows lie over. The client keeps it on a surface of its own, all black at first: what a window is
 * about to cover is copied there, and copied back when the window has gone on and the ground has not changed. What goes
 * aside is exact, so the ground always is.
 */
export class CoveredGround {
  readonly #work: FrameWork;
  /** Moves that will be taken for those of a window, unless there is a sign that they still are. */
  #patience = 0;

  constructor(work: FrameWork) {
    this.#work = work;
  }

  /**
   * Performs and gives the copies that go before the move; `isNearly`: the client has something of this only nearly.
   */
  coverBy({ source, target }: Copy, isNearly: (area: Rectangle) => boolean): readonly Copy[] {
    // Nobody scrolls aslant.
    if (source.x !== target.x && source.y !== target.y) this.#patience = patienceMax;
    if (this.#patience === 0) return [];
    const covered = outside([{ ...source, ...target }], source);
    const copies = joined(covered.flatMap(byTiles).filter((part) => !isNearly(part))).map(copyOf("aside"));
    for (const copy of copies) this.#work.move(copy);
    return copies;
  }

  /** Performs and gives the copies that go behind the move: of the ground as far as it is what `screen` shows there. */
  uncoverBy({ source, target }: Copy, screen: Pixels): readonly Copy[] {
    if (this.#patience === 0) return [];
    this.#patience--;
    const parts = outside([source], { ...source, ...target }).flatMap(byTiles);
    const differences = this.#work.differencesFromGround(screen, parts);
    const same = parts.filter((_, at) => differences[at] === undefined);
    if (0 < same.length) this.#patience = patienceMax;
    const copies = joined(same).map(copyOf("back"));
    for (const copy of copies) this.#work.move(copy);
    return copies;
  }
}

function copyOf(ground: "aside" | "back") {
  return (area: Rectangle): Copy => ({ source: area, target: { x: area.x, y: area.y }, ground });
}

/** Half a second of straight moves. */
const patienceMax = 16;
