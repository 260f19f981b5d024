import { DecodeError } from "#base/bytes/decodeError.ts";

/**
 * Writes one row of a colour plane as RDP6_RLE_SEGMENTs (MS-RDPEGDI 2.2.2.5.1.2) into `out` from `at`; gives the place
 * behind them. `row` holds the values themselves in the first row and the folded differences (3.1.9.2.1) in the others.
 * At most
 * `2 * width` bytes are written.
 */
export function writeRow(row: Uint8Array, width: number, out: Uint8Array, at: number): number {
  let last = 0;
  let rawStart = 0;
  let x = 0;
  while (x < width) {
    const value = row[x]!;
    if (value !== last) {
      last = value;
      x++;
      continue;
    }
    let end = x + 1;
    while (end < width && row[end] === last) end++;
    // A run of one or two is cheaper as it is, and has no code.
    if (shortestRun <= end - x) {
      at = writeSegments(row, rawStart, x, end - x, out, at);
      rawStart = end;
    }
    x = end;
  }
  return writeSegments(row, rawStart, width, 0, out, at);
}

/** A row in which nothing differs from the row above: the same bytes as `writeRow` for `width` zeros. */
export function writeUnchangedRow(width: number, out: Uint8Array, at: number): number {
  if (width < shortestRun) {
    if (width === 0) return at;
    out[at] = width << 4;
    out.fill(0, at + 1, at + 1 + width);
    return at + 1 + width;
  }
  return writeRun(width, out, at);
}

/** `row[start … end - 1]` as they are, then `run` repetitions of the last. */
function writeSegments(row: Uint8Array, start: number, end: number, run: number, out: Uint8Array, at: number): number {
  while (mostRaw < end - start) {
    out[at++] = mostRaw << 4;
    for (const stop = start + mostRaw; start < stop; start++) out[at++] = row[start]!;
  }
  if (start < end) {
    let withRaw = Math.min(run, 15);
    // What is left over must itself be long enough for a run.
    if (0 < run - withRaw && run - withRaw < shortestRun) withRaw = run - shortestRun;
    out[at++] = ((end - start) << 4) | withRaw;
    for (; start < end; start++) out[at++] = row[start]!;
    run -= withRaw;
  }
  return run === 0 ? at : writeRun(run, out, at);
}

/** `run` is at least three. Lengths of 16 and more are in the codes 1 and 2, which take the place of raw bytes. */
function writeRun(run: number, out: Uint8Array, at: number): number {
  while (0 < run) {
    let part = Math.min(run, longestRun);
    if (0 < run - part && run - part < shortestRun) part = run - shortestRun;
    out[at++] = part < 16 ? part : part < 32 ? ((part - 16) << 4) | 1 : ((part - 32) << 4) | 2;
    run -= part;
  }
  return at;
}

/**
 * Decodes one colour plane of `width` by `height` from `bytes[at …]` into the start of `plane`; gives the place behind
 * it. Segments that reach past the end of a row or of the bytes are a DecodeError.
 */
export function decodePlane(bytes: Uint8Array, at: number, plane: Uint8Array, width: number, height: number): number {
  for (let start = 0; start < width * height; start += width) {
    const end = start + width;
    let to = start;
    let last = 0;
    while (to < end) {
      const control = at < bytes.length ? bytes[at]! : truncated(at, 1, bytes);
      const code = control & 15;
      const raw = code === 1 || code === 2 ? 0 : control >> 4;
      const run = code === 1 || code === 2 ? code * 16 + (control >> 4) : code;
      if (control === 0) throw new DecodeError({ is: "wrongValue", expected: "a control byte", got: 0 }, at);
      if (end - to < raw + run) {
        throw new DecodeError({ is: "overLimit", limit: end - to, got: raw + run, of: "segment" }, at);
      }
      at++;
      if (bytes.length - at < raw) truncated(at, raw, bytes);
      for (let index = 0; index < raw; index++) {
        const value = bytes[at++]!;
        last = start === 0 ? value : (value >> 1) ^ -(value & 1);
        plane[to] = start === 0 ? last : plane[to - width]! + last;
        to++;
      }
      for (const stop = to + run; to < stop; to++) plane[to] = start === 0 ? last : plane[to - width]! + last;
    }
  }
  return at;
}

function truncated(at: number, needBytes: number, bytes: Uint8Array): never {
  throw new DecodeError({ is: "truncated", needBytes, haveBytes: bytes.length - at }, at);
}

const shortestRun = 3;
const longestRun = 47;
const mostRaw = 15;
