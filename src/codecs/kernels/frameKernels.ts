import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { framePixels, kernelCompareTiles, kernelTakeTiles, type CompareTiles, type KernelInstance } from "./kernels.ts";

/** Three pictures of one size beside each other in the kernels' memory, which the kernels read in place. */
export interface FrameKernels extends Disposable {
  /** All black at first, as the others. */
  readonly known: Pixels;
  readonly screen: Pixels;
  readonly ground: Pixels;
  /** Where the file of the desktop's own pixels begins in that memory; undefined: it is not there. */
  readonly fileAt: number | undefined;
  readonly compareTiles: CompareTiles;
  /** As `compareTiles`; what differs of the second picture is taken over into the first. */
  readonly takeTiles: CompareTiles;
  /**
   * Whether so many bytes, a multiple of four, are the same at two places of the memory, which all pictures have as
   * their `data`.
   */
  sameBytes(first: number, second: number, bytes: number): boolean;
  /** Copies a part of one of the pictures to a place of one of them; both may overlap. */
  copy(target: Pixels, at: { readonly x: number; readonly y: number }, source: Pixels, part: Rectangle): void;
}

/** The bytes of memory that pictures of this size need. */
export function frameBytesOf({ width, height }: Size): number {
  return 3 * width * height * 4;
}

/** `instance` is these pictures' own, with room for `frameBytesOf(size)`, and is disposed of with them. */
export function frameKernels(instance: KernelInstance & Partial<Disposable>, size: Size): FrameKernels {
  const known = framePixels(instance, size);
  const screen = framePixels(instance, size, frameBytesOf(size) / 3);
  const ground = framePixels(instance, size, (frameBytesOf(size) / 3) * 2);
  return {
    known,
    screen,
    ground,
    fileAt: instance.fileAt,
    [Symbol.dispose]: () => instance[Symbol.dispose]?.(),
    compareTiles: kernelCompareTiles(instance),
    takeTiles: kernelTakeTiles(instance),
    sameBytes: (first, second, bytes) => instance.sameBytes(first, second, bytes) !== 0,
    copy: (target, { x, y }, source, part) => {
      // From the last row on where the target is below: a row is read before it is written over.
      const isUp = part.y < y;
      const first = isUp ? part.height - 1 : 0;
      const [to, from] = [
        target.offset + (y + first) * target.stride + x * 4,
        source.offset + (part.y + first) * source.stride + part.x * 4,
      ];
      const [targetStride, sourceStride] = isUp ? [-target.stride, -source.stride] : [target.stride, source.stride];
      instance.copyRows(to, targetStride, from, sourceStride, part.width * 4, part.height);
    },
  };
}
