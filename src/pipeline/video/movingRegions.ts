import { cover, intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { between, type Instant } from "#base/units.ts";
import { tileSide } from "../shadow.ts";

/** A part of the screen that keeps moving: even sides at even places, inside the screen. */
export type MovingRegion = Rectangle;

interface Tile {
  /** A bit for each slot, the present one lowest: something in the tile has changed. */
  changed: number;
  /** What has changed was a picture, not text, and was not moved there. */
  picture: number;
  /** Where it has changed since `boxesSince`, and before that. */
  box: Rectangle;
  boxBefore: Rectangle | undefined;
  changedAt: Instant;
}

/**
 * Finds films: tiles that were sent as pictures in most of the last frames. Time goes by slots, which are frames, or
 * several where frames come faster than films do.
 */
export class MovingRegions {
  readonly #size: Size;
  readonly #columns: number;
  readonly #tiles = new Map<number, Tile>();
  #slotSince: Instant | undefined;
  #slots = 0;

  constructor(size: Size) {
    this.#size = size;
    this.#columns = Math.ceil(size.width / tileSide);
  }

  /**
   * A frame was made: these areas, none of which crosses a tile's edge, have changed; `pictures` among them are
   * pictures.
   */
  note(areas: readonly Rectangle[], pictures: readonly Rectangle[], now: Instant): void {
    this.#beginSlot(now);
    for (const area of areas) this.#tileOf(area, now).changed |= 1;
    for (const area of pictures) {
      const tile = this.#tileOf(area, now);
      tile.changed |= 1;
      tile.picture |= 1;
    }
  }

  /**
   * What moves now, without overlaps, the largest first. A region of `known` counts as pictures: what is shown as a
   * film was not looked at.
   */
  find(known: readonly MovingRegion[], now: Instant): readonly MovingRegion[] {
    const hot = new Map<number, Tile>();
    for (const [index, tile] of this.#tiles) {
      // Slots do not go on while nothing changes anywhere.
      if (stillFor < between(tile.changedAt, now)) continue;
      if (isMoving(tile.changed) && (isOften(tile.picture) || known.some((region) => touches(region, boxOf(tile))))) {
        hot.set(index, tile);
      }
    }
    let boxes = this.#components(hot).map((box) => this.#even(box));
    for (let merged = mergeOnce(boxes); merged !== undefined; merged = mergeOnce(boxes)) boxes = merged;
    return boxes
      .filter((box) => pixelsMin <= areaOf(box) && sideMin <= Math.min(box.width, box.height))
      .toSorted((a, b) => areaOf(b) - areaOf(a))
      .slice(0, regionsMax);
  }

  #beginSlot(now: Instant): void {
    const since = this.#slotSince;
    if (since !== undefined && between(since, now) < slotMin) return;
    this.#slotSince = now;
    this.#slots++;
    // Nobody takes pictures this far apart for a film.
    if (since !== undefined && slotMax < between(since, now)) return this.#tiles.clear();
    const turnsBoxes = this.#slots % recentSlots === 0;
    for (const [index, tile] of this.#tiles) {
      tile.changed = (tile.changed << 1) & allSlots;
      tile.picture = (tile.picture << 1) & allSlots;
      if (tile.changed === 0) this.#tiles.delete(index);
      else if (turnsBoxes) {
        tile.boxBefore = tile.box;
        tile.box = { ...tile.box, width: 0, height: 0 };
      }
    }
  }

  #tileOf(area: Rectangle, now: Instant): Tile {
    const index = Math.floor(area.y / tileSide) * this.#columns + Math.floor(area.x / tileSide);
    const found = this.#tiles.get(index);
    if (found === undefined) {
      const tile: Tile = { changed: 0, picture: 0, box: area, boxBefore: undefined, changedAt: now };
      this.#tiles.set(index, tile);
      return tile;
    }
    found.changedAt = now;
    found.box = found.box.width === 0 ? area : cover(found.box, area);
    return found;
  }

  /** The boxes around hot tiles that touch, corners included. */
  #components(hot: ReadonlyMap<number, Tile>): readonly Rectangle[] {
    const left = new Set(hot.keys());
    const boxes: Rectangle[] = [];
    for (const first of left) {
      let box: Rectangle | undefined;
      const open = [first];
      left.delete(first);
      for (let index = open.pop(); index !== undefined; index = open.pop()) {
        const own = boxOf(hot.get(index)!);
        box = box === undefined ? own : cover(box, own);
        for (const next of this.#neighbours(index)) if (left.delete(next)) open.push(next);
      }
      if (box !== undefined) boxes.push(box);
    }
    return boxes;
  }

  #neighbours(index: number): readonly number[] {
    const column = index % this.#columns;
    return [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1]
        .filter((dx) => 0 <= column + dx && column + dx < this.#columns)
        .map((dx) => index + dy * this.#columns + dx),
    );
  }

  /** Grown to even places; what does not fit on a screen with an odd side is left to others. */
  #even(box: Rectangle): MovingRegion {
    const x = box.x & ~1;
    const y = box.y & ~1;
    const width = Math.min((box.x + box.width - x + 1) & ~1, (this.#size.width - x) & ~1);
    const height = Math.min((box.y + box.height - y + 1) & ~1, (this.#size.height - y) & ~1);
    return { x, y, width, height };
  }
}

function boxOf({ box, boxBefore }: Tile): Rectangle {
  if (box.width === 0) return boxBefore ?? box;
  return boxBefore === undefined ? box : cover(box, boxBefore);
}

/** In six of the last eight slots, or, beside something that moves twice as fast, in every other one. */
function isMoving(slots: number): boolean {
  return 6 <= bits(slots & recent) || 8 <= bits(slots);
}

/** One picture in three is enough: a film has dark and plain moments. */
function isOften(slots: number): boolean {
  return 3 <= bits(slots & recent) || 5 <= bits(slots);
}

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Two boxes that overlap as one; undefined: none do. */
function mergeOnce(boxes: readonly MovingRegion[]): MovingRegion[] | undefined {
  for (const [index, box] of boxes.entries()) {
    const other = boxes.findIndex((each, at) => index < at && touches(box, each));
    if (other !== -1) return [cover(box, boxes[other]!), ...boxes.filter((_, at) => at !== index && at !== other)];
  }
  return undefined;
}

const touches = (a: Rectangle, b: Rectangle): boolean => intersect(a, b) !== undefined;
const areaOf = ({ width, height }: Size): number => width * height;

const recentSlots = 8;
const recent = 0xff;
const allSlots = 0xffff;
/** In milliseconds: 60 frames a second are 30 slots. */
const slotMin = 30;
const slotMax = 1000;
const stillFor = 300;
/** Less is sent as pictures: an encoder would cost more than it saves. */
const pixelsMin = 128 * 128;
const sideMin = 64;
/** At the same time; a call with four participants. */
export const regionsMax = 4;
