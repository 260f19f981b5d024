/**
 * The 5/3 wavelet of three levels with reduced, extrapolated bands over one plane of 64×64 samples, in place: 33 low
 * and 31 high samples a side at the first level, 17 and 16 at the second, 9 and 8 at the third. MS-RDPEGFX 3.2.8.1.2.
 */
export function forwardReducedWavelet(plane: Int16Array, scratch: Int16Array): void {
  for (const { offset, side, low, high } of levels) {
    for (let x = 0; x < side; x++) {
      splitLine({ source: plane, from: offset + x, target: scratch, low: x, high: low * side + x, step: side, side });
    }
    const at = bandStarts(offset, low, high);
    for (let y = 0; y < side; y++) {
      const isLow = y < low;
      const row = isLow ? y : y - low;
      const lowStart = (isLow ? at.ll : at.lh) + row * low;
      const highStart = (isLow ? at.hl : at.hh) + row * high;
      splitLine({ source: scratch, from: y * side, target: plane, low: lowStart, high: highStart, step: 1, side });
    }
  }
}

/** The inverse of `forwardReducedWavelet`, in place, up to rounding. Values that leave 16 bits wrap. */
export function inverseReducedWavelet(plane: Int16Array, scratch: Int16Array): void {
  for (const { offset, side, low, high } of levels.toReversed()) {
    const at = bandStarts(offset, low, high);
    for (let y = 0; y < side; y++) {
      const isLow = y < low;
      const row = isLow ? y : y - low;
      const lowStart = (isLow ? at.ll : at.lh) + row * low;
      const highStart = (isLow ? at.hl : at.hh) + row * high;
      joinLine({ source: plane, low: lowStart, high: highStart, target: scratch, from: y * side, step: 1, side });
    }
    for (let x = 0; x < side; x++) {
      joinLine({ source: scratch, low: x, high: low * side + x, target: plane, from: offset + x, step: side, side });
    }
  }
}

/** A row (step 1) or column of `side` samples in one array, and its two halves in the other. */
interface Line {
  readonly source: Int16Array;
  readonly target: Int16Array;
  /** Index of the first sample of the line, of its low and of its high half. */
  readonly from: number;
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly side: number;
}

function splitLine({ source, target, from, low, high, step, side }: Line): void {
  const highCount = (side - 1) >> 1;
  let before = 0;
  for (let n = 0; n < highCount; n++) {
    const even = source[from + 2 * n * step]!;
    const next = source[from + (2 * n + 2) * step]!;
    const detail = (source[from + (2 * n + 1) * step]! - ((even + next) >> 1)) >> 1;
    target[high + n * step] = detail;
    target[low + n * step] = even + (((n === 0 ? detail : before) + detail) >> 1);
    before = detail;
  }
  const last = source[from + 2 * highCount * step]!;
  if ((side & 1) === 1) {
    target[low + highCount * step] = last + before;
    return;
  }
  // Sample 64 continues the line through 62 and 63, so that the detail at 63 is nothing and need not be kept.
  target[low + highCount * step] = last + (before >> 1);
  target[low + (highCount + 1) * step] = 2 * source[from + (side - 1) * step]! - last;
}

function joinLine({ source, target, from, low, high, step, side }: Line): void {
  const highCount = (side - 1) >> 1;
  let before = source[high]!;
  let even = source[low]! - before;
  target[from] = even;
  for (let n = 1; n <= highCount; n++) {
    const isLast = n === highCount;
    // Behind the last detail, an odd line mirrors it and an even one has none.
    const detail = !isLast ? source[high + n * step]! : (side & 1) === 1 ? before : 0;
    const next = source[low + n * step]! - half(before + detail);
    target[from + 2 * n * step] = next;
    target[from + (2 * n - 1) * step] = half(even + next) + 2 * before;
    even = next;
    before = detail;
  }
  if ((side & 1) === 0) target[from + (side - 1) * step] = half(even + source[low + (highCount + 1) * step]!);
}

/** Rounded towards zero, as existing decoders do. */
function half(value: number): number {
  return (value / 2) | 0;
}

function bandStarts(offset: number, low: number, high: number) {
  const lh = offset + low * high;
  const hh = lh + low * high;
  return { hl: offset, lh, hh, ll: hh + high * high };
}

const levels = [
  { offset: 0, side: 64, low: 33, high: 31 },
  { offset: 3007, side: 33, low: 17, high: 16 },
  { offset: 3807, side: 17, low: 9, high: 8 },
] as const;
