/**
 * The two-dimensional 5/3 wavelet of three levels over one plane of 64×64 samples, in place. Afterwards the plane holds
 * the bands HL1 LH1 HH1 (32×32 each) HL2 LH2 HH2 (16×16) HL3 LH3 HH3 LL3 (8×8), each row by row. MS-RDPRFX 3.1.8.1.4.
 */
export function forwardWavelet(plane: Int16Array, scratch: Int16Array): void {
  forwardLevel(plane, 0, 32, scratch);
  forwardLevel(plane, 3072, 16, scratch);
  forwardLevel(plane, 3840, 8, scratch);
}

/** The inverse of `forwardWavelet`, in place, up to rounding in the last fractional bits. MS-RDPRFX 3.1.8.2.4. */
export function inverseWavelet(plane: Int16Array, scratch: Int16Array): void {
  inverseLevel(plane, 3840, 8, scratch);
  inverseLevel(plane, 3072, 16, scratch);
  inverseLevel(plane, 0, 32, scratch);
}

/** `half`: side of a band; the picture at `offset` has twice that side. Columns first, through `scratch`, then rows. */
function forwardLevel(plane: Int16Array, offset: number, half: number, scratch: Int16Array): void {
  const side = half * 2;
  for (let n = 0; n < half; n++) {
    const even = offset + 2 * n * side;
    const next = n < half - 1 ? even + 2 * side : even;
    const low = n * side;
    const high = low + half * side;
    const highBefore = n === 0 ? high : high - side;
    for (let x = 0; x < side; x++) {
      const detail = (plane[even + side + x]! - ((plane[even + x]! + plane[next + x]!) >> 1)) >> 1;
      scratch[high + x] = detail;
      scratch[low + x] = plane[even + x]! + ((scratch[highBefore + x]! + detail) >> 1);
    }
  }
  const band = half * half;
  // Low rows give LL and HL, high rows LH and HH; the order in memory is HL, LH, HH, LL.
  for (let y = 0; y < half; y++) {
    const row = y * half;
    forwardRow(scratch, y * side, half, plane, offset + 3 * band + row, offset + row);
    forwardRow(scratch, (y + half) * side, half, plane, offset + band + row, offset + 2 * band + row);
  }
}

function forwardRow(
  source: Int16Array,
  from: number,
  half: number,
  target: Int16Array,
  low: number,
  high: number,
): void {
  let before = 0;
  for (let n = 0; n < half; n++) {
    const even = source[from + 2 * n]!;
    const next = n < half - 1 ? source[from + 2 * n + 2]! : even;
    const detail = (source[from + 2 * n + 1]! - ((even + next) >> 1)) >> 1;
    target[high + n] = detail;
    target[low + n] = even + (((n === 0 ? detail : before) + detail) >> 1);
    before = detail;
  }
}

function inverseLevel(plane: Int16Array, offset: number, half: number, scratch: Int16Array): void {
  const side = half * 2;
  const band = half * half;
  for (let y = 0; y < half; y++) {
    const row = y * half;
    inverseRow(plane, offset + 3 * band + row, offset + row, half, scratch, y * side);
    inverseRow(plane, offset + band + row, offset + 2 * band + row, half, scratch, (y + half) * side);
  }
  for (let n = 0; n < half; n++) {
    const low = n * side;
    const high = low + half * side;
    const highBefore = n === 0 ? high : high - side;
    const even = offset + 2 * n * side;
    for (let x = 0; x < side; x++)
      plane[even + x] = scratch[low + x]! - ((scratch[highBefore + x]! + scratch[high + x]! + 1) >> 1);
  }
  for (let n = 0; n < half; n++) {
    const high = (n + half) * side;
    const even = offset + 2 * n * side;
    const next = n < half - 1 ? even + 2 * side : even;
    for (let x = 0; x < side; x++)
      plane[even + side + x] = (scratch[high + x]! << 1) + ((plane[even + x]! + plane[next + x]!) >> 1);
  }
}

function inverseRow(source: Int16Array, low: number, high: number, half: number, target: Int16Array, to: number): void {
  for (let n = 0; n < half; n++) {
    const before = source[high + (n === 0 ? 0 : n - 1)]!;
    target[to + 2 * n] = source[low + n]! - ((before + source[high + n]! + 1) >> 1);
  }
  for (let n = 0; n < half; n++) {
    const even = target[to + 2 * n]!;
    const next = n < half - 1 ? target[to + 2 * n + 2]! : even;
    target[to + 2 * n + 1] = (source[high + n]! << 1) + ((even + next) >> 1);
  }
}
