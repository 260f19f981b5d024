/** Whether so many bytes are the same at both addresses. */
export function sameBytes(first: usize, second: usize, bytes: usize): bool {
  const end = first + bytes;
  for (; first + 64 <= end; first += 64, second += 64) {
    const low = v128.or(
      v128.xor(v128.load(first), v128.load(second)),
      v128.xor(v128.load(first, 16), v128.load(second, 16)),
    );
    const high = v128.or(
      v128.xor(v128.load(first, 32), v128.load(second, 32)),
      v128.xor(v128.load(first, 48), v128.load(second, 48)),
    );
    if (v128.any_true(v128.or(low, high))) return false;
  }
  for (; first < end; first += 4, second += 4) {
    if (load<u32>(first) !== load<u32>(second)) return false;
  }
  return true;
}

/** Copies rows of so many bytes; the strides lead from one to the next, and may be negative. Rows may overlap. */
export function copyRows(
  target: usize,
  targetStride: isize,
  source: usize,
  sourceStride: isize,
  bytes: usize,
  rows: i32,
): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(target, source, bytes);
    target += targetStride;
    source += sourceStride;
  }
}
