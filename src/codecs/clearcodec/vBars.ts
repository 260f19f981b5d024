/** Slots of the decoder's storages, and the tallest column. MS-RDPEGFX 3.3.1.10, 3.3.1.12, 2.2.4.1.1.2.1 */
export const vBarSlots = 32768;
export const shortVBarSlots = 16384;
export const bandHeightMax = 52;

/** A column of a band, as it lies in the picture. */
export interface Column {
  /** The picture's colours; the column is `words[at]`, `words[at + stride]` … */
  readonly words: Uint32Array;
  at: number;
  readonly stride: number;
  /** Rows of the band. */
  height: number;
  /** The rows that are not background, `on` … `off - 1`; equal: there are none. */
  on: number;
  off: number;
  /** Of these rows alone. */
  hash: number;
  background: number;
}

/** What the decoder has for a column: all of it, what is not background in it, or nothing. */
export type KnownColumn =
  | { readonly is: "vBar"; readonly slot: number }
  | { readonly is: "shortVBar"; readonly slot: number }
  | { readonly is: "new" };

/**
 * The encoder's picture of the decoder's two storages. A short column is compared with what is stored, colour by
 * colour; a whole one is named by the short one in it, its place, its height and its background.
 */
export class VBarStorages {
  readonly #shortByHash = new SlotTable();
  readonly #shortHash = new Float64Array(shortVBarSlots).fill(-1);
  readonly #shortLength = new Uint8Array(shortVBarSlots);
  readonly #shortPixels = new Uint32Array(shortVBarSlots * bandHeightMax);
  /** Which of all short columns that ever were lies in the slot. */
  readonly #shortSerial = new Float64Array(shortVBarSlots);
  readonly #vBarByName = new SlotTable();
  readonly #vBarName = new Float64Array(vBarSlots).fill(-1);
  readonly #vBarBackground = new Uint32Array(vBarSlots);
  #shortCursor = 0;
  #vBarCursor = 0;
  #serial = 0;

  /** Both cursors are at the start again, and nothing is known. */
  reset(): void {
    this.#shortByHash.clear();
    this.#shortHash.fill(-1);
    this.#vBarByName.clear();
    this.#vBarName.fill(-1);
    this.#shortCursor = 0;
    this.#vBarCursor = 0;
  }

  find(column: Column): KnownColumn {
    const short = this.#findShort(column);
    if (short === undefined) return nothing;
    const name = nameOf(this.#shortSerial[short]!, column);
    const slot = this.#vBarByName.get(hashOf(name));
    const isKnown = this.#vBarName[slot] === name && this.#vBarBackground[slot] === column.background;
    return isKnown ? { is: "vBar", slot } : { is: "shortVBar", slot: short };
  }

  /** The column has been said in full: the decoder keeps its short part and all of it. */
  noteNew(column: Column): void {
    const slot = this.#shortCursor;
    this.#shortCursor = (slot + 1) % shortVBarSlots;
    this.#shortHash[slot] = column.hash;
    this.#shortByHash.set(column.hash, slot);
    this.#shortLength[slot] = column.off - column.on;
    this.#shortSerial[slot] = ++this.#serial;
    let to = slot * bandHeightMax;
    for (let y = column.on; y < column.off; y++) {
      this.#shortPixels[to++] = column.words[column.at + y * column.stride]!;
    }
    this.noteShort(column, slot);
  }

  /** The column has been said by the short one in `shortSlot`: the decoder keeps all of it. */
  noteShort(column: Column, shortSlot: number): void {
    const slot = this.#vBarCursor;
    this.#vBarCursor = (slot + 1) % vBarSlots;
    const name = nameOf(this.#shortSerial[shortSlot]!, column);
    this.#vBarName[slot] = name;
    this.#vBarByName.set(hashOf(name), slot);
    this.#vBarBackground[slot] = column.background;
  }

  #findShort(column: Column): number | undefined {
    const slot = this.#shortByHash.get(column.hash);
    if (this.#shortHash[slot] !== column.hash || this.#shortLength[slot] !== column.off - column.on) return undefined;
    let from = slot * bandHeightMax;
    for (let y = column.on; y < column.off; y++) {
      if (this.#shortPixels[from++] !== column.words[column.at + y * column.stride]) return undefined;
    }
    return slot;
  }
}

/** Twelve bits for place and height; numbers are exact far beyond the columns of any connection. */
function nameOf(serial: number, { on, height }: Column): number {
  return (serial * 64 + on) * 64 + height;
}

/** Of a name, as far as numbers of 32 bits go. */
function hashOf(name: number): number {
  return Math.imul(name % 0x100000000, 0x9e3779b1) ^ Math.floor(name / 0x100000000);
}

/**
 * Where a slot with a hash may be; whoever asks looks whether it is. Two that share a place forget the earlier one:
 * which happens to few, and a map would keep the garbage collector busy with every column of a scrolling page.
 */
class SlotTable {
  readonly #slots = new Uint16Array(1 << tableBits);

  get(hash: number): number {
    return this.#slots[this.#placeOf(hash)]!;
  }

  set(hash: number, slot: number): void {
    this.#slots[this.#placeOf(hash)] = slot;
  }

  clear(): void {
    this.#slots.fill(0);
  }

  #placeOf(hash: number): number {
    return Math.imul(hash, 0x85ebca6b) >>> (32 - tableBits);
  }
}

/** Eight places for each slot. */
const tableBits = 18;
const nothing: KnownColumn = { is: "new" };
