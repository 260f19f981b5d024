import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { isWithin } from "./areas.ts";
import type { Copy } from "./copies/copySearch.ts";
import { frameWork, type FrameWork } from "./frameWork.ts";

/**
 * What the client has, or will have when it has shown all that was sent: a copy of the desktop by 64 × 64 tiles.
 * Encoders read the shadow, never the desktop, so that a picture that changes under their hands is torn nowhere for
 * longer than until the next change.
 */
export class Shadow {
  readonly pixels: Pixels;
  readonly #work: FrameWork;
  /** Tiles of which the client has nothing yet, whatever the comparison says. */
  readonly #unknown = new Set<number>();
  readonly #columns: number;

  constructor(size: Size, work: FrameWork = frameWork(size)) {
    this.pixels = work.known;
    this.#work = work;
    this.#columns = Math.ceil(size.width / tileSide);
    this.forget({ x: 0, y: 0, ...size });
  }

  /** The client may have lost what is in this area: it is sent again at the next occasion, changed or not. */
  forget(area: Rectangle): void {
    for (const [index, mark] of this.#marked([area]).entries()) if (mark !== 0) this.#unknown.add(index);
  }

  /** Whether something is to be sent even when nothing is damaged. */
  get isIncomplete(): boolean {
    return 0 < this.#unknown.size;
  }

  /**
   * Where `screen` differs inside `damage`, as in `takeChanges`, and takes nothing over; unknown tiles do not count.
   */
  differences(screen: Pixels, damage: readonly Rectangle[]): readonly Rectangle[] {
    return this.#work.differences(screen, this.#spans(this.#marked(damage)));
  }

  /** The client copies a part of what it has to another place, and so does the shadow. */
  copy(copy: Copy): void {
    this.#work.move(copy);
  }

  /**
   * Takes over what differs in `screen` inside `damage`, and tells where: at most one rectangle a tile, cut to the rows
   * and columns that differ. `screen` has the shadow's size.
   */
  takeChanges(screen: Pixels, damage: readonly Rectangle[]): readonly Rectangle[] {
    return this.#take(screen, Array.from(this.#unknown), this.#marked(damage), (span) => span);
  }

  /** As `takeChanges`, for what lies inside `region` alone; of unknown tiles those that lie in it whole. */
  takeInside(screen: Pixels, region: Rectangle, damage: readonly Rectangle[]): readonly Rectangle[] {
    const inside = damage.flatMap((area) => intersect(area, region) ?? []);
    const unknown = Array.from(this.#unknown).filter((index) => isWithin(this.#tile(index), region));
    return this.#take(screen, unknown, this.#marked(inside), (span) => intersect(span, region));
  }

  /** Takes unknown tiles whole, and of the marked ones what differs in a part of each span of them. */
  #take(
    screen: Pixels,
    unknown: readonly number[],
    marks: Uint8Array,
    partOf: (span: Rectangle) => Rectangle | undefined,
  ): readonly Rectangle[] {
    const whole = new Uint8Array(marks.length);
    for (const index of unknown) {
      this.#unknown.delete(index);
      marks[index] = 0;
      whole[index] = 1;
    }
    for (const span of this.#spans(whole)) this.#work.take(screen, span);
    const spans = this.#spans(marks).flatMap((span) => partOf(span) ?? []);
    return [...this.#work.takeDifferences(screen, spans), ...unknown.map((index) => this.#tile(index))];
  }

  /** A mark for each tile under these areas. */
  #marked(areas: readonly Rectangle[]): Uint8Array {
    const marks = new Uint8Array(this.#columns * Math.ceil(this.pixels.height / tileSide));
    for (const area of areas) {
      const inside = intersect(area, { x: 0, y: 0, ...this.pixels });
      if (inside === undefined) continue;
      const lastRow = Math.floor((inside.y + inside.height - 1) / tileSide);
      const first = Math.floor(inside.x / tileSide);
      const last = Math.floor((inside.x + inside.width - 1) / tileSide);
      for (let row = Math.floor(inside.y / tileSide); row <= lastRow; row++) {
        marks.fill(1, row * this.#columns + first, row * this.#columns + last + 1);
      }
    }
    return marks;
  }

  /** Marked neighbours in a row of tiles as one area: they are compared together. */
  #spans(marks: Uint8Array): readonly Rectangle[] {
    const spans: Rectangle[] = [];
    for (let start = 0; start < marks.length; start += this.#columns) {
      const end = start + this.#columns;
      for (let first = marks.indexOf(1, start); 0 <= first && first < end; first = marks.indexOf(1, first)) {
        let last = first;
        while (last + 1 < end && marks[last + 1] === 1) last++;
        const { x, y, height } = this.#tile(first);
        const right = this.#tile(last);
        spans.push({ x, y, width: right.x + right.width - x, height });
        first = last + 1;
      }
    }
    return spans;
  }

  #tile(index: number): Rectangle {
    const x = (index % this.#columns) * tileSide;
    const y = Math.floor(index / this.#columns) * tileSide;
    const { width, height } = this.pixels;
    return { x, y, width: Math.min(tileSide, width - x), height: Math.min(tileSide, height - y) };
  }
}

/** RemoteFX and progressive have tiles of this size, so one comparison serves all codecs. */
export const tileSide = 64;
