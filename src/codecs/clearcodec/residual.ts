import type { Reader } from "#base/bytes/reader.ts";
import { readRunLength, runLengthBytes, writeRunLength } from "./runLength.ts";

/**
 * Bytes of `words` (colours, 0xRRGGBB) as CLEARCODEC_RGB_RUN_SEGMENTs, or more than `atMost`. MS-RDPEGFX 2.2.4.1.1.1
 */
export function residualBytes(words: Uint32Array, count: number, atMost: number): number {
  let bytes = 0;
  for (let at = 0; at < count && bytes <= atMost;) {
    const end = endOfRun(words, at, count);
    bytes += 3 + runLengthBytes(end - at);
    at = end;
  }
  return bytes;
}

/** Writes the runs at `at`; gives where they end. */
export function writeResidual(words: Uint32Array, count: number, out: Uint8Array, at: number): number {
  for (let from = 0; from < count;) {
    const end = endOfRun(words, from, count);
    at = writeRun(words[from]!, end - from, out, at);
    from = end;
  }
  return at;
}

/** One CLEARCODEC_RGB_RUN_SEGMENT. */
export function writeRun(color: number, length: number, out: Uint8Array, at: number): number {
  out[at] = color;
  out[at + 1] = color >>> 8;
  out[at + 2] = color >>> 16;
  return writeRunLength(length, out, at + 3);
}

/** Reads runs to the reader's end into `words`; there may be fewer pixels than in the picture. */
export function readResidual(reader: Reader, words: Uint32Array): number {
  let at = 0;
  while (0 < reader.remaining) {
    const color = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16);
    const length = readRunLength(reader, words.length - at);
    words.fill(color, at, at + length);
    at += length;
  }
  return at;
}

function endOfRun(words: Uint32Array, from: number, count: number): number {
  const color = words[from]!;
  let end = from + 1;
  while (end < count && words[end] === color) end++;
  return end;
}
