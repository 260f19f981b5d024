import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { Size } from "#base/geometry.ts";

/**
 * Whether the top left part of this size of an X server's screen has more than one colour. The file is the window dump
 * in which Xvfb keeps its screen (X11/XWDFile.h: numbers are big-endian). Throws what the file system throws.
 */
export function isDrawn(path: string, { width, height }: Size): boolean {
  // Its server may just be ending.
  if (!existsSync(path)) return false;
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(headerBytes);
    if (readSync(file, head, 0, headerBytes, 0) < headerBytes) return false;
    const pixels = head.readUInt32BE(0) + head.readUInt32BE(colorsAt) * colorBytes;
    const stride = head.readUInt32BE(strideAt);
    const row = Buffer.alloc(Math.min(stride, width * 4));
    const first = Buffer.alloc(4);
    readSync(file, first, 0, 4, pixels);
    for (let y = 0; y < height; y++) {
      readSync(file, row, 0, row.length, pixels + y * stride);
      for (let at = 0; at + 2 < row.length; at += 4) {
        if (row[at] !== first[0] || row[at + 1] !== first[1] || row[at + 2] !== first[2]) return true;
      }
    }
    return false;
  } finally {
    closeSync(file);
  }
}

const headerBytes = 80;
const strideAt = 48;
const colorsAt = 76;
const colorBytes = 12;
