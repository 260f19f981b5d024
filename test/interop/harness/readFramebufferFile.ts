import { closeSync, openSync, readSync } from "node:fs";
import type { Size } from "../../../src/base/geometry.ts";
import { newPixels, type Pixels } from "../../../src/base/pixels.ts";
import {
  FRAMEBUFFER_HEADER_BYTES,
  pixelOffset,
  readFramebufferHeader,
} from "../../../src/desktop/x11/framebufferHeader.ts";

/** The picture in the file that Xvfb keeps its screen in, or its top left part of the given size. */
export function readFramebufferFile(path: string, size?: Size): Pixels {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(FRAMEBUFFER_HEADER_BYTES);
    readSync(file, head, 0, head.length, 0);
    const header = readFramebufferHeader(head);
    const pixels = newPixels(size ?? header);
    for (let y = 0; y < pixels.height; y++) {
      const from = pixelOffset(header) + y * header.bytesPerLine;
      readSync(file, pixels.data, y * pixels.stride, pixels.stride, from);
    }
    return pixels;
  } finally {
    closeSync(file);
  }
}
