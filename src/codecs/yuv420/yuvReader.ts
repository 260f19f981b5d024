import type { Size } from "#base/geometry.ts";
import { newPixels } from "#base/pixels.ts";
import {
  chromaViewFrameBytes,
  framePixels,
  kernelChromaView,
  kernelYuv420,
  yuv420FrameBytes,
  type KernelInstance,
} from "../kernels/kernels.ts";
import { colourEdges, referenceChromaView, type ChromaForm } from "./chromaView.ts";
import { referenceYuv420, type Yuv420 } from "./yuv420.ts";

/** Pictures of one size, one after the other, as H.264 takes them. Planes are lent until the next picture. */
export interface YuvReader {
  /** `fill` writes the next picture: blue, green, red, unused; no gaps. */
  read(fill: (target: Uint8Array) => void): void;
  /** The present picture. */
  main(): Yuv420;
  /** What `main` has left out of the present picture's colours. Only for YUV444. */
  chroma(): Yuv420;
  /** Whether that is worth anybody's bytes: coloured letters and lines are, a photograph's soft edges are not. */
  readonly isColourful: boolean;
}

/**
 * `start`: kernels with a memory of so many bytes, where they have been built; pictures are then filled straight into
 * it. `form`: of YUV444, whose sides are multiples of 16; absent: there is only `main`.
 */
export function openYuvReader(
  size: Size,
  options: {
    readonly start: ((frameBytes: number) => KernelInstance) | undefined;
    readonly form?: ChromaForm | undefined;
  },
): YuvReader {
  const { start, form } = options;
  const frameBytes = form === undefined ? yuv420FrameBytes(size) : chromaViewFrameBytes(size);
  const kernels = start?.(frameBytes);
  const pixels = kernels === undefined ? newPixels(size) : framePixels(kernels, size);
  const { data, offset, stride } = pixels;
  const target = data.subarray(offset, offset + stride * size.height);
  const edgesOf = (): number => {
    return kernels?.countColourEdges(offset, stride, size.width, size.height) ?? colourEdges(pixels);
  };
  const edgesMin = (size.width * size.height) / pixelsForAnEdge;
  let isColourful = false;
  return {
    read: (fill) => {
      fill(target);
      // Twice as many to begin as to go on: nothing that changes a little makes letters flicker.
      if (form !== undefined) isColourful = edgesMin <= edgesOf() * (isColourful ? 2 : 1);
    },
    main: () => (kernels === undefined ? referenceYuv420(pixels) : kernelYuv420(kernels, pixels)),
    chroma: () => {
      if (form === undefined) throw new RangeError("there is only one picture");
      return kernels === undefined ? referenceChromaView(pixels, form) : kernelChromaView(kernels, pixels, form);
    },
    get isColourful() {
      return isColourful;
    },
  };
}

/** An eighth of all pairs is looked at; one in five hundred of those is about a line of letters in a small film. */
const pixelsForAnEdge = 4096;
