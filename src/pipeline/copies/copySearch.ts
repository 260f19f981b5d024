import { cover, intersect, type Point, type Rectangle } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { wordsOver } from "../pixelWords.ts";
import { Anchors } from "./anchors.ts";
import { grownMatch, sameBytesOf, type SameBytes } from "./grownMatch.ts";
import { nearbyMotion } from "./nearbyMotion.ts";

/** What lies in `source` comes to lie with its top left corner at `target`; both may overlap. */
export interface Copy {
  readonly source: Rectangle;
  readonly target: Point;
  /** To the surface of covered ground, or back from there; absent: on the screen. */
  readonly ground?: "aside" | "back";
}

/** How far, and where anchors say so. */
interface Motion {
  readonly dx: number;
  readonly dy: number;
  votes: number;
  /** Around its anchors in the new picture. */
  box: Rectangle;
  /** The anchors themselves. */
  readonly spots: Rectangle[];
}

/** Two of the same size. */
interface ComparedPictures {
  readonly before: Pixels;
  readonly now: Pixels;
  /** A quicker way to compare the two. */
  readonly same?: SameBytes;
}

/** The copies that make `before` more like `now` are given in their order. */
interface MovedPictures extends ComparedPictures {
  readonly changes: readonly Rectangle[];
  /** Performs a copy on `before`, before the next is looked for. */
  readonly perform: (copy: Copy) => void;
}

/**
 * Finds what has moved from one picture to the next: scrolled text, dragged windows. It guesses by hashes and looks
 * whether the guess pays; whoever copies compares again afterwards, since the new picture may change meanwhile.
 */
export class CopySearch {
  readonly #before = new Anchors();
  readonly #now = new Anchors();
  /** What was found last, the latest first: a wheel turns by the same steps again and again. */
  #recent: readonly Motion[] = [];
  #misses = 0;
  #skips = 0;

  /**
   * Tries whether what moved last has moved on, which is found without knowing where the pictures differ. `changes` may
   * hold more than that.
   */
  repeat(pictures: MovedPictures): readonly Copy[] {
    const { before, now, changes, same = sameBytesOf(now, before) } = pictures;
    const [last] = this.#recent;
    if (last === undefined || areaOf(changes) < areaMin) return [];
    const within = changes.reduce(cover);
    for (const motion of this.#recent) {
      if (!isLikely({ before, now, motion, within, same })) continue;
      const copy = this.#tryOut(motion, pictures, within);
      if (copy !== undefined) return [copy];
    }
    const [from, to] = [wordsOver(before), wordsOver(now)];
    if (from === undefined || to === undefined || intersect(last.box, within) === undefined) return [];
    const { width, height } = before;
    const onwards = nearbyMotion(from, to, { width, height, last: { ...last, area: last.box } });
    if (onwards === undefined) return [];
    const box = { ...last.box, x: last.box.x + onwards.dx, y: last.box.y + onwards.dy };
    const copy = this.#tryOut({ ...onwards, votes: 0, box, spots: [] }, pictures, within);
    return copy === undefined ? [] : [copy];
  }

  /** Searches among all `changes`, which are where the two differ. */
  find(pictures: MovedPictures): readonly Copy[] {
    const { before, now, changes } = pictures;
    const area = areaOf(changes);
    if (area < areaMin || this.#isResting()) return [];
    const within = changes.reduce(cover);
    const copies: Copy[] = [];
    for (const motion of this.#motions(before, now, changes, area)) {
      const copy = copies.length < copiesMax ? this.#tryOut(motion, pictures, within) : undefined;
      if (copy !== undefined) copies.push(copy);
    }
    if (copies.length === 0) this.#noteFound(false);
    return copies;
  }

  /** Whether what has changed in this area has only moved, as something else did lately. */
  hasMoved({ before, now, same = sameBytesOf(now, before) }: ComparedPictures, area: Rectangle): boolean {
    const isSo = (motion: Motion): boolean =>
      isLikely({ before, now, motion: { ...motion, box: area }, within: area, same });
    return this.#recent.some(isSo);
  }

  #tryOut(motion: Motion, pictures: MovedPictures, within: Rectangle): Copy | undefined {
    const { before, now, perform, same = sameBytesOf(now, before) } = pictures;
    const target = bestMatch({ before, now, motion, within, same });
    if (target === undefined) return undefined;
    const source = { ...target, x: target.x - motion.dx, y: target.y - motion.dy };
    const copy = { source, target: { x: target.x, y: target.y } };
    perform(copy);
    const others = this.#recent.filter(({ dx, dy }) => dx !== motion.dx || dy !== motion.dy);
    this.#recent = [{ ...motion, box: target, spots: [] }, ...others].slice(0, recentMax);
    this.#noteFound(true);
    return copy;
  }

  /** Where pictures change without moving, as in a video, it looks ever more seldom. */
  #isResting(): boolean {
    if (this.#skips === 0) return false;
    this.#skips--;
    return true;
  }

  #noteFound(found: boolean): void {
    this.#misses = found ? 0 : Math.min(this.#misses + 1, restMax);
    this.#skips = this.#misses < missesMin ? 0 : 2 ** (this.#misses - missesMin);
  }

  /** Those with most votes first. */
  #motions(before: Pixels, now: Pixels, changes: readonly Rectangle[], area: number): readonly Motion[] {
    const [from, to] = [wordsOver(before), wordsOver(now)];
    if (from === undefined || to === undefined) return [];
    const spans = spansOf(changes);
    const isLarge = largeArea < area;
    const rarity = isLarge ? 6 : 4;
    this.#now.collect(to, now.height, spans, { rarity, rowStep: isLarge ? 3 : 1 });
    if (this.#now.count < votesMin) return [];
    this.#before.collect(from, before.height, spans, { rarity, rowStep: 1 });
    return this.#vote();
  }

  #vote(): readonly Motion[] {
    const places = new Map<number, number>();
    for (let at = 0; at < this.#before.count; at++) {
      const hash = this.#before.hashes[at]!;
      places.set(hash, places.has(hash) ? ambiguous : at);
    }
    const motions = new Map<number, Motion>();
    for (let at = 0; at < this.#now.count; at++) {
      const place = places.get(this.#now.hashes[at]!);
      if (place === undefined || place === ambiguous) continue;
      const [x, y] = [this.#now.xs[at]!, this.#now.ys[at]!];
      const dx = x - this.#before.xs[place]!;
      const dy = y - this.#before.ys[place]!;
      if (dx === 0 && dy === 0) continue;
      const motion = motions.get(dy * 0x10000 + dx);
      const spot = { x, y, width: 1, height: 1 };
      if (motion === undefined) motions.set(dy * 0x10000 + dx, { dx, dy, votes: 1, box: spot, spots: [spot] });
      else {
        motion.votes++;
        motion.spots.push(spot);
        motion.box = cover(motion.box, spot);
      }
    }
    return Array.from(motions.values())
      .filter(({ votes }) => votesMin <= votes)
      .toSorted((a, b) => b.votes - a.votes)
      .slice(0, motionsMax);
  }
}

/** Whether enough of some rows of what moved before has moved in the same way again. */
function isLikely(options: {
  readonly before: Pixels;
  readonly now: Pixels;
  readonly motion: Motion;
  readonly within: Rectangle;
  readonly same: SameBytes;
}): boolean {
  const { before, now, motion, within, same } = options;
  const whole = { x: motion.dx, y: motion.dy, width: before.width, height: before.height };
  const reach = intersect(within, whole);
  const area = reach && intersect(motion.box, reach);
  if (area === undefined) return false;
  const step = Math.max(1, Math.floor(area.height / rowsLookedAt));
  let [moved, looked] = [0, 0];
  for (let y = area.y; y < area.y + area.height; y += step) {
    const to = now.offset + y * now.stride + area.x * 4;
    const from = before.offset + (y - motion.dy) * before.stride + (area.x - motion.dx) * 4;
    const stayed = before.offset + y * before.stride + area.x * 4;
    if (same(to, stayed, area.width * 4)) continue;
    looked++;
    if (same(to, from, area.width * 4)) moved++;
  }
  return 0 < moved && looked <= 2 * moved;
}

/** Around all anchors; or, where some of them are there by accident, around a single one. */
function bestMatch(options: {
  readonly before: Pixels;
  readonly now: Pixels;
  readonly motion: Motion;
  readonly within: Rectangle;
  readonly same: SameBytes;
}): Rectangle | undefined {
  const { box, spots } = options.motion;
  const single = [spots[spots.length >> 1], spots[spots.length >> 2], spots.at(-1)];
  for (const start of [box, ...single]) {
    const found = start && grownMatch({ ...options, start });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Neighbours in a row of tiles as one rectangle, so that anchors may lie across them. */
function spansOf(changes: readonly Rectangle[]): readonly Rectangle[] {
  const spans: Rectangle[] = [];
  for (const change of changes.toSorted((a, b) => rowOf(a) - rowOf(b) || a.x - b.x)) {
    const last = spans.at(-1);
    const isNext = last !== undefined && rowOf(last) === rowOf(change) && change.x <= last.x + last.width + gapMax;
    if (isNext) spans[spans.length - 1] = cover(last, change);
    else spans.push(change);
  }
  return spans;
}

function areaOf(areas: readonly Rectangle[]): number {
  return areas.reduce((sum, { width, height }) => sum + width * height, 0);
}

function rowOf({ y }: Rectangle): number {
  return y >> 6;
}

const ambiguous = -1;
/** In pixels: a few lines of text. Less is sent faster than searched. */
export const areaMin = 8192;
const largeArea = 300_000;
const votesMin = 4;
const motionsMax = 6;
const copiesMax = 4;
const recentMax = 8;
const rowsLookedAt = 32;
const gapMax = 64;
const missesMin = 4;
const restMax = 8;
