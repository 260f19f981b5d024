import { DecodeError } from "#base/bytes/decodeError.ts";

/**
 * Writes `count` bytes of `plane` as NSCodec runs (MS-RDPNSC 3.1.8.2) into `out` from `at`; gives the place behind
 * them, or -1 as soon as they take `count` bytes or more: then the plane is sent as it is.
 */
export function writePlane(plane: Uint8Array, count: number, out: Uint8Array, at: number): number {
  const full = at + count;
  // The last four bytes are never part of a run.
  const coded = count - 4;
  let index = 0;
  while (index < coded) {
    const value = plane[index]!;
    let end = index + 1;
    while (end < coded && plane[end] === value) end++;
    const run = end - index;
    if (full <= at + 11) return -1;
    out[at++] = value;
    if (1 < run) {
      out[at++] = value;
      if (run < 256) out[at++] = run - 2;
      else {
        out[at++] = 0xff;
        for (let shift = 0; shift < 32; shift += 8) out[at++] = run >>> shift;
      }
    }
    index = end;
  }
  for (; index < count; index++) out[at++] = plane[index]!;
  return at < full ? at : -1;
}

/**
 * Decodes `bytes` into `count` bytes (given). Runs that reach past the plane, and bytes left over, are a DecodeError.
 */
export function decodeRuns(bytes: Uint8Array, count: number): Uint8Array {
  const plane = new Uint8Array(count);
  const coded = count - 4;
  let at = 0;
  let to = 0;
  while (to < coded) {
    const value = byteAt(bytes, at++);
    if (to + 1 === coded || value !== byteAt(bytes, at)) {
      plane[to++] = value;
      continue;
    }
    const factor = byteAt(bytes, at + 1);
    let run = factor + 2;
    at += 2;
    if (factor === 0xff) {
      byteAt(bytes, at + 3);
      run = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
      at += 4;
    }
    if (coded - to < run) throw new DecodeError({ is: "overLimit", limit: coded - to, got: run, of: "run" }, at);
    plane.fill(value, to, to + run);
    to += run;
  }
  for (; to < count; to++) plane[to] = byteAt(bytes, at++);
  if (at !== bytes.length) throw new DecodeError({ is: "trailing", extraBytes: bytes.length - at }, at);
  return plane;
}

function byteAt(bytes: Uint8Array, at: number): number {
  if (at < bytes.length) return bytes[at]!;
  throw new DecodeError({ is: "truncated", needBytes: at + 1, haveBytes: bytes.length }, bytes.length);
}
