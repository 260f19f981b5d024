import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import { newPixels, type Pixels } from "#base/pixels.ts";
import type { FrameKernels } from "#codecs/kernels/frameKernels.ts";
import type { PixelFile, SeenDesktop } from "#desktop/desktop.ts";
import type { Copy } from "./copies/copySearch.ts";
import { differencesInTiles } from "./pictureDifference.ts";
import { byTiles } from "./tileParts.ts";

/** What the client has, and the work on it that touches many pixels. */
export interface FrameWork extends Disposable {
  /** What the client has; all black at first. */
  readonly known: Pixels;
  /**
   * The screen as it is to be read until the next call: in place, where it may go on changing, or copied. Of a copy
   * only
   * `areas` are made new, what is outside of them is as it was. The screen has the size of `known`.
   */
  look(desktop: LookedAt, areas: readonly Rectangle[]): Pixels;
  /**
   * Where a screen that was looked at differs from `known` inside these areas, cut at the edges of tiles; see
   * `differencesInTiles`.
   */
  differences(screen: Pixels, areas: readonly Rectangle[]): readonly Rectangle[];
  /** The same, and takes it over: what is taken differs nowhere else. */
  takeDifferences(screen: Pixels, areas: readonly Rectangle[]): readonly Rectangle[];
  /** Takes over this area of a screen that was looked at. */
  take(screen: Pixels, area: Rectangle): void;
  /** Where it differs from the covered ground that the client keeps, inside each of the tiles. */
  differencesFromGround(screen: Pixels, tiles: readonly Rectangle[]): readonly (Rectangle | undefined)[];
  /** Moves a part of what the client has; its covered ground, all black at first, is a picture of the same size. */
  move(copy: Copy): void;
  /**
   * Whether so many bytes, a multiple of four, are the same in the data of a screen that was looked at and of `known`.
   */
  sameBytes(screen: Pixels, screenAt: number, knownAt: number, bytes: number): boolean;
}

/** What is read of a desktop. */
export type LookedAt = Pick<SeenDesktop, "pixels" | "pixelFile">;

/** Gives the kernels for pictures of a size, with a desktop's file in their memory. */
export type StartFrameKernels = (size: Size, file: PixelFile | undefined) => FrameKernels;

/** `start` undefined: there are no kernels. `file` is that of the desktop which will be looked at most. */
export function frameWork(size: Size, start?: StartFrameKernels, file?: PixelFile): FrameWork {
  return start === undefined ? plainWork(size) : kernelWork(start(size, file), file);
}

/** Without kernels the screen is read where it is. */
function plainWork(size: Size): FrameWork {
  const known = newPixels(size);
  const target = Buffer.from(known.data.buffer);
  let ground: Pixels | undefined;
  return {
    known,
    look: (desktop) => desktop.pixels,
    differences: (screen, areas) => differencesInTiles(known, screen, areas.flatMap(byTiles)).filter(isThere),
    takeDifferences: (screen, areas) => {
      const found = differencesInTiles(known, screen, areas.flatMap(byTiles)).filter(isThere);
      for (const area of found) copyInto(known, screen, area);
      return found;
    },
    take: (screen, area) => copyInto(known, screen, area),
    differencesFromGround: (screen, tiles) => differencesInTiles((ground ??= newPixels(size)), screen, tiles),
    move: ({ source, target: at, ground: way }) => {
      if (way !== undefined) {
        ground ??= newPixels(size);
        return way === "aside" ? copyInto(ground, known, source) : copyInto(known, ground, source);
      }
      const bytes = source.width * 4;
      for (let row = 0; row < source.height; row++) {
        // Downwards from the last row, so that a row is read before it is written over.
        const y = source.y < at.y ? source.height - 1 - row : row;
        const from = (source.y + y) * known.stride + source.x * 4;
        target.copyWithin((at.y + y) * known.stride + at.x * 4, from, from + bytes);
      }
    },
    sameBytes: ({ data }, screenAt, knownAt, bytes) =>
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).compare(
        target,
        knownAt,
        knownAt + bytes,
        screenAt,
        screenAt + bytes,
      ) === 0,
    [Symbol.dispose]: () => {},
  };
}

/** With them it is read where its file is in their memory; a screen that is in no file, or another, is copied there. */
function kernelWork(kernels: FrameKernels, file: PixelFile | undefined): FrameWork {
  const { known, screen: copied, ground, fileAt } = kernels;
  const whole = { x: 0, y: 0, width: known.width, height: known.height };
  let isCopied = false;
  return {
    known,
    look: ({ pixels, pixelFile }, areas) => {
      if (fileAt !== undefined && pixelFile !== undefined && pixelFile === file) {
        isCopied = false;
        return { ...pixels, data: known.data, offset: fileAt + pixels.offset };
      }
      for (const area of isCopied ? areas : [whole]) {
        const inside = intersect(area, whole);
        if (inside !== undefined) copyInto(copied, pixels, inside);
      }
      isCopied = true;
      return copied;
    },
    differences: (screen, areas) =>
      areas.flatMap(tileRows).flatMap((row) => kernels.compareTiles(known, screen, row).filter(isThere)),
    takeDifferences: (screen, areas) =>
      areas.flatMap(tileRows).flatMap((row) => kernels.takeTiles(known, screen, row).filter(isThere)),
    take: (screen, area) => kernels.copy(known, area, screen, area),
    differencesFromGround: (screen, tiles) => rowsOf(tiles).flatMap((row) => kernels.compareTiles(ground, screen, row)),
    move: ({ source, target, ground: way }) =>
      kernels.copy(way === "aside" ? ground : known, target, way === "back" ? ground : known, source),
    sameBytes: (_, screenAt, knownAt, bytes) => kernels.sameBytes(screenAt, knownAt, bytes),
    [Symbol.dispose]: () => kernels[Symbol.dispose](),
  };
}

/** An area cut along the upper and lower edges of tiles, and where its first tile ends, if that is not whole. */
function tileRows(area: Rectangle): readonly Rectangle[] {
  const rows: Rectangle[] = [];
  const bottom = area.y + area.height;
  const first = area.x % tileSide === 0 ? 0 : Math.min(area.width, tileSide - (area.x % tileSide));
  for (let y = area.y; y < bottom; y = y - (y % tileSide) + tileSide) {
    const height = Math.min(bottom, y - (y % tileSide) + tileSide) - y;
    if (0 < first) rows.push({ x: area.x, y, width: first, height });
    if (first < area.width) rows.push({ x: area.x + first, y, width: area.width - first, height });
  }
  return rows;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Neighbours in a row of tiles as one area, where all but the last are as wide as the kernel's pieces. */
function rowsOf(tiles: readonly Rectangle[]): readonly Rectangle[] {
  const rows: Rectangle[] = [];
  let last: { x: number; y: number; width: number; height: number } | undefined;
  for (const { x, y, width, height } of tiles) {
    const isNext = last?.y === y && last.height === height && x === last.x + last.width && last.width % tileSide === 0;
    if (last !== undefined && isNext && last.width < rowWidthMax) last.width += width;
    else rows.push((last = { x, y, width, height }));
  }
  return rows;
}

function copyInto(target: Pixels, screen: Pixels, area: Rectangle): void {
  const from = Buffer.from(screen.data.buffer, screen.data.byteOffset, screen.data.byteLength);
  const to = Buffer.from(target.data.buffer, target.data.byteOffset, target.data.byteLength);
  for (let y = area.y; y < area.y + area.height; y++) {
    const a = screen.offset + y * screen.stride + area.x * 4;
    from.copy(to, target.offset + y * target.stride + area.x * 4, a, a + area.width * 4);
  }
}

const tileSide = 64;
/** What the kernel takes at once; the last tile may still be added. */
const rowWidthMax = 8128;
