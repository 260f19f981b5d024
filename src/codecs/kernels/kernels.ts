import type { Point, Rectangle, Size } from "#base/geometry.ts";
import { intersect } from "#base/geometry.ts";
import { copyPixelsInto, crop, type Pixels } from "#base/pixels.ts";
import { quantizationShifts } from "../remotefx/quantization.ts";
import type { EncodeTile } from "../remotefx/tile.ts";
import { chromaViewStep, type ChromaForm } from "../yuv420/chromaView.ts";
import type { Yuv420 } from "../yuv420/yuv420.ts";

/** The compiled module at work. All functions take addresses in bytes. */
export interface KernelInstance {
  /** The module's whole memory, which never grows; pictures made by `framePixels` lie in it. */
  readonly memory: Uint8Array;
  /** Where a file begins that is seen in the memory, read only; absent: there is none. */
  readonly fileAt?: number | undefined;
  /** The last argument chooses RLGR3 (1) or RLGR1 (0). The address after the coded bytes. */
  encodeTile(source: number, stride: number, isPaired: number): number;
  /**
   * Two pictures by address and stride, then width and height; the box of what differs in each 64 columns goes to
   * `boxes`, four bytes each, 0 where nothing does.
   */
  compareTiles(
    first: number,
    firstStride: number,
    second: number,
    secondStride: number,
    width: number,
    height: number,
    boxes: number,
  ): number | undefined;
  /** As `compareTiles`; what differs of the second picture is taken over into the first. */
  takeTiles(
    known: number,
    knownStride: number,
    screen: number,
    screenStride: number,
    width: number,
    height: number,
    boxes: number,
  ): number | undefined;
  /** A picture by address and stride, its even sides, and where its three planes go. */
  toYuv420(
    source: number,
    stride: number,
    width: number,
    height: number,
    luma: number,
    blue: number,
    red: number,
  ): number | undefined;
  /** As `toYuv420`, the sides being multiples of 16; the last argument chooses the form, 1 or 2. */
  toChromaView(
    source: number,
    stride: number,
    width: number,
    height: number,
    luma: number,
    blue: number,
    red: number,
    form: number,
  ): number | undefined;
  /** A picture by address and stride, its width being a multiple of 16. */
  countColourEdges(source: number, stride: number, width: number, height: number): number;
  /** Whether so many bytes, a multiple of four, are the same at both addresses. */
  sameBytes(first: number, second: number, bytes: number): number;
  /** Rows of so many bytes from one address to another, each followed by its stride; they may overlap. */
  copyRows(
    target: number,
    targetStride: number,
    source: number,
    sourceStride: number,
    bytes: number,
    rows: number,
  ): void;
}

/**
 * The smallest box around the pixels that differ between two pictures of at most 64×64 inside larger ones, at `place`.
 */
export type CompareTile = (first: Pixels, second: Pixels, place: Rectangle) => Rectangle | undefined;

/** Bytes at the start of the memory that the kernels work in; pictures may lie behind. */
export const kernelMemoryStart = 0x20000;

/** A picture inside the kernels' memory, `offset` bytes behind its start: read by the kernels in place. */
export function framePixels(instance: KernelInstance, size: Size, offset = 0): Pixels {
  const stride = size.width * 4;
  const at = kernelMemoryStart + offset;
  if (instance.memory.length < at + stride * size.height) throw new RangeError("the kernels' memory is too small");
  return { ...size, data: instance.memory, offset: at, stride };
}

/**
 * The twin of `referenceTileEncoder`, byte by byte equal and about six times as fast. One at a time for each instance.
 */
export function kernelTileEncoder(instance: KernelInstance): EncodeTile {
  const { memory } = instance;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  return (pixels, x, y, { entropy, quantization }) => {
    memory.set(quantizationShifts(quantization), layout.shiftsAt);
    const source = address(instance, pixels, { x, y });
    const crEnd = instance.encodeTile(source.at, source.stride, entropy === "rlgr3" ? 1 : 0);
    const yEnd = view.getUint32(layout.scratchAt, true);
    const cbEnd = view.getUint32(layout.scratchAt + 4, true);
    return { data: memory, start: layout.codedAt, yEnd, cbEnd, crEnd };
  };
}

/**
 * The boxes around what differs in each piece of 64 columns of `place`, which is at most 64 high and 8192 wide; for
 * pictures that lie in the kernels' memory.
 */
export type CompareTiles = (first: Pixels, second: Pixels, place: Rectangle) => readonly (Rectangle | undefined)[];

/** `referenceCompareTile` for each of the tiles, read in place. */
export function kernelCompareTiles(instance: KernelInstance): CompareTiles {
  return boxesBy(instance, (...places) => instance.compareTiles(...places));
}

/**
 * As `kernelCompareTiles`, and what differs of the second picture is taken over into the first: what is taken is what
 * was compared, though the second may go on changing.
 */
export function kernelTakeTiles(instance: KernelInstance): CompareTiles {
  return boxesBy(instance, (...places) => instance.takeTiles(...places));
}

/** What a kernel writes of each piece of 64 columns of a place, as rectangles. */
function boxesBy(instance: KernelInstance, kernel: KernelInstance["compareTiles"]): CompareTiles {
  const { memory } = instance;
  const boxes = new Uint32Array(memory.buffer, memory.byteOffset + layout.scratchAt, boxesMax);
  return (first, second, place) => {
    const { x, y, width, height } = place;
    const [from, to] = [inPlace(instance, first, place), inPlace(instance, second, place)];
    if (from === undefined || to === undefined) throw new RangeError("not in the kernels' memory");
    const count = (width + 63) >> 6;
    if (boxesMax < count || 64 < height) throw new RangeError(`${width}x${height} is more than a row of tiles`);
    kernel(from.at, from.stride, to.at, to.stride, width, height, layout.scratchAt);
    const found: (Rectangle | undefined)[] = [];
    for (let piece = 0; piece < count; piece++) {
      const box = boxes[piece]!;
      const [left, top] = [box & 0xff, (box >>> 8) & 0xff];
      const [right, bottom] = [(box >>> 16) & 0xff, box >>> 24];
      const at = { x: x + piece * 64 + left, y: y + top, width: right - left, height: bottom - top };
      found.push(box === 0 ? undefined : at);
    }
    return found;
  };
}

/** What `kernelYuv420` needs of the memory behind `kernelMemoryStart`: the picture, and its planes behind it. */
export function yuv420FrameBytes({ width, height }: Size): number {
  return (width * height * 11) / 2;
}

/**
 * The twin of `referenceYuv420`, for the picture that `framePixels` has made at the start of the memory. The planes lie
 * behind it: lent until the next call.
 */
export function kernelYuv420(instance: KernelInstance, pixels: Pixels): Yuv420 {
  const { width, height, offset, stride } = pixels;
  const luma = offset + stride * height;
  const blue = luma + width * height;
  const red = blue + (width * height) / 4;
  const end = red + (width * height) / 4;
  if (pixels.data !== instance.memory || width % 2 !== 0 || height % 2 !== 0 || instance.memory.length < end) {
    throw new RangeError(`no ${width}x${height} picture of the kernels with room behind it`);
  }
  instance.toYuv420(offset, stride, width, height, luma, blue, red);
  return {
    luma: instance.memory.subarray(luma, blue),
    blue: instance.memory.subarray(blue, red),
    red: instance.memory.subarray(red, end),
  };
}

/** What `kernelChromaView` needs of the memory behind `kernelMemoryStart`: room for a second picture's planes. */
export function chromaViewFrameBytes(size: Size): number {
  return yuv420FrameBytes(size) + (size.width * size.height * 3) / 2;
}

/** The twin of `referenceChromaView`, under the conditions of `kernelYuv420`, whose planes it leaves alone. */
export function kernelChromaView(instance: KernelInstance, pixels: Pixels, form: ChromaForm): Yuv420 {
  const { width, height, offset, stride } = pixels;
  const luma = offset + stride * height + (width * height * 3) / 2;
  const blue = luma + width * height;
  const red = blue + (width * height) / 4;
  const end = red + (width * height) / 4;
  const isAligned = width % chromaViewStep === 0 && height % chromaViewStep === 0;
  if (pixels.data !== instance.memory || !isAligned || instance.memory.length < end) {
    throw new RangeError(`no ${width}x${height} picture of the kernels with room for two behind it`);
  }
  instance.toChromaView(offset, stride, width, height, luma, blue, red, form === "avc444" ? 1 : 2);
  return {
    luma: instance.memory.subarray(luma, blue),
    blue: instance.memory.subarray(blue, red),
    red: instance.memory.subarray(red, end),
  };
}

interface Source {
  readonly at: number;
  readonly stride: number;
}

/** The tile at `place` where it lies, or a copy of it with the edges repeated. */
function address(instance: KernelInstance, pixels: Pixels, place: Point): Source {
  const tile = { ...place, width: 64, height: 64 };
  const found = inPlace(instance, pixels, tile);
  if (found !== undefined) return found;
  const part = intersect(tile, { x: 0, y: 0, width: pixels.width, height: pixels.height });
  if (part === undefined) throw new RangeError(`no pixels at ${place.x},${place.y}`);
  const source = copyInto(instance, layout.tileAt, pixels, part);
  if (part.width < 64 || part.height < 64) repeatEdges(instance.memory, part);
  return source;
}

function inPlace({ memory }: KernelInstance, pixels: Pixels, place: Rectangle): Source | undefined {
  if (pixels.data.buffer !== memory.buffer) return undefined;
  if (pixels.width < place.x + place.width || pixels.height < place.y + place.height) return undefined;
  const base = pixels.data.byteOffset - memory.byteOffset + pixels.offset;
  return { at: base + place.y * pixels.stride + place.x * 4, stride: pixels.stride };
}

function copyInto({ memory }: KernelInstance, at: number, pixels: Pixels, place: Rectangle): Source {
  const target = { data: memory, offset: at, stride: 256, width: place.width, height: place.height };
  copyPixelsInto(target, crop(pixels, place));
  return { at, stride: 256 };
}

function repeatEdges(memory: Uint8Array, { width, height }: Size): void {
  for (let row = 0; row < height; row++) {
    const start = layout.tileAt + row * 256;
    for (let at = start + width * 4; at < start + 256; at += 4) memory.copyWithin(at, at - 4, at);
  }
  for (let at = layout.tileAt + height * 256; at < layout.tileAt + 64 * 256; at += 256) {
    memory.copyWithin(at, at - 256, at);
  }
}

/** Where things lie in the kernels' memory, in bytes; the twin of assembly/layout.ts. */
const layout = { shiftsAt: 0, scratchAt: 0x7000, codedAt: 0x9000, tileAt: 0x15000 } as const;
/** A row of tiles of the widest desktop. */
const boxesMax = 128;
