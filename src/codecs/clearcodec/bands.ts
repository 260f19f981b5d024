import { runLengthBytes } from "./runLength.ts";
import { writeRun } from "./residual.ts";
import { bandHeightMax, VBarStorages, type Column } from "./vBars.ts";

/** Rows `top` … `bottom - 1`: of one colour alone, or a band of columns on a background of that colour. */
interface Rows {
  readonly is: "plain" | "band";
  readonly top: number;
  bottom: number;
  readonly color: number;
}

export interface BandPlan {
  readonly rows: readonly Rows[];
  /** Bytes of both layers in the long run: a new column that was met before is reckoned as if it were stored. */
  readonly cost: number;
  /** Bytes of both layers now, at most. */
  readonly bytesMax: number;
}

/**
 * Lines of text: rows of one colour lie under and between them, and each line is a band of columns, most of which the
 * decoder has seen before. MS-RDPEGFX 2.2.4.1.1.2
 */
export class BandEncoder {
  readonly #storages = new VBarStorages();
  /** Hashes of columns that were met, so that only what comes back is stored; the latest of each group. */
  readonly #met = new Int32Array(metSlots);

  reset(): void {
    this.#storages.reset();
  }

  /**
   * How the picture is said by bands; nothing is stored, but that its columns were met. undefined: it costs more than
   * `atMost`.
   */
  plan(words: Uint32Array, width: number, height: number, atMost: number): BandPlan | undefined {
    const rows = rowsOf(words, width, height);
    let cost = 0;
    let learning = 0;
    forResidual(rows, width, (_, length) => {
      cost += 3 + runLengthBytes(length);
    });
    const fresh = new Set<number>();
    for (const band of rows) {
      if (band.is === "plain") continue;
      cost += 11;
      forColumns(band, words, width, (column) => {
        const known = this.#storages.find(column);
        if (known.is === "vBar") cost += 2;
        else if (known.is === "shortVBar" || fresh.has(column.hash)) cost += 3;
        else {
          const bytes = 2 + 3 * (column.off - column.on);
          const learned = this.#noteMet(column.hash) ? Math.max(0, bytes - 3) : 0;
          cost += bytes - learned;
          learning += learned;
          fresh.add(column.hash);
        }
      });
      if (atMost < cost) return undefined;
    }
    return { rows, cost, bytesMax: cost + learning };
  }

  /** Whether it was met before. */
  #noteMet(hash: number): boolean {
    const slot = hash & (metSlots - 1);
    const wasMet = this.#met[slot] === hash;
    this.#met[slot] = hash;
    return wasMet;
  }

  /** The rows of one colour, and something of no matter under the bands. Gives where it ends. */
  writeResidual(plan: BandPlan, width: number, out: Uint8Array, at: number): number {
    forResidual(plan.rows, width, (color, length) => {
      at = writeRun(color, length, out, at);
    });
    return at;
  }

  /** The bands; from now on the decoder knows their columns. Gives where they end. */
  writeBands(plan: BandPlan, words: Uint32Array, width: number, out: Uint8Array, at: number): number {
    const u16 = (value: number): void => {
      out[at++] = value;
      out[at++] = value >>> 8;
    };
    const color = (value: number): void => {
      u16(value);
      out[at++] = value >>> 16;
    };
    for (const band of plan.rows) {
      if (band.is === "plain") continue;
      u16(0);
      u16(width - 1);
      u16(band.top);
      u16(band.bottom - 1);
      color(band.color);
      forColumns(band, words, width, (column) => {
        const known = this.#storages.find(column);
        if (known.is === "vBar") return u16(0x8000 | known.slot);
        if (known.is === "shortVBar") {
          u16(0x4000 | known.slot);
          out[at++] = column.on;
          return this.#storages.noteShort(column, known.slot);
        }
        u16(column.on | (column.off << 8));
        for (let y = column.on; y < column.off; y++) color(words[column.at + y * width]!);
        this.#storages.noteNew(column);
      });
    }
    return at;
  }
}

/** Rows of one colour between bands; a band that is too tall is cut. */
function rowsOf(words: Uint32Array, width: number, height: number): readonly Rows[] {
  const rows: Rows[] = [];
  let bandTop = -1;
  const endBand = (bottom: number): void => {
    if (bandTop < 0) return;
    for (let top = bandTop; top < bottom; top += bandHeightMax) {
      const end = Math.min(bottom, top + bandHeightMax);
      rows.push({ is: "band", top, bottom: end, color: majority(words, top * width, end * width) });
    }
    bandTop = -1;
  };
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const color = words[start]!;
    let x = start + 1;
    while (x < start + width && words[x] === color) x++;
    if (x < start + width) {
      if (bandTop < 0) bandTop = y;
      continue;
    }
    endBand(y);
    const before = rows.at(-1);
    if (before?.is === "plain" && before.color === color) before.bottom = y + 1;
    else rows.push({ is: "plain", top: y, bottom: y + 1, color });
  }
  endBand(height);
  return rows;
}

/** The colour of more than half of the pixels, if there is one; otherwise any. */
function majority(words: Uint32Array, from: number, end: number): number {
  let color = 0;
  let votes = 0;
  for (let at = from; at < end; at++) {
    if (words[at] === color) votes++;
    else if (votes === 0) {
      color = words[at]!;
      votes = 1;
    } else votes--;
  }
  return color;
}

/** Bands lie over the run before them, so that it need not be cut. */
function forResidual(rows: readonly Rows[], width: number, run: (color: number, length: number) => void): void {
  let color = rows.find(({ is }) => is === "plain")?.color ?? rows[0]?.color ?? 0;
  let length = 0;
  for (const part of rows) {
    if (part.is === "plain" && part.color !== color) {
      if (0 < length) run(color, length);
      color = part.color;
      length = 0;
    }
    length += (part.bottom - part.top) * width;
  }
  run(color, length);
}

/** From left to right; `column` is lent, and another one in the next call. */
function forColumns(band: Rows, words: Uint32Array, width: number, visit: (column: Column) => void): void {
  const height = band.bottom - band.top;
  const column: Column = { words, at: 0, stride: width, height, on: 0, off: 0, hash: 0, background: band.color };
  for (let x = 0; x < width; x++) {
    const top = band.top * width + x;
    let on = 0;
    let off = height;
    while (on < off && words[top + on * width] === band.color) on++;
    while (on < off && words[top + (off - 1) * width] === band.color) off--;
    if (on === off) on = off = 0;
    let hash = off - on;
    for (let at = top + on * width; at < top + off * width; at += width) {
      hash = Math.imul(hash ^ words[at]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    column.at = top;
    column.on = on;
    column.off = off;
    column.hash = hash;
    visit(column);
  }
}

const metSlots = 16384;
