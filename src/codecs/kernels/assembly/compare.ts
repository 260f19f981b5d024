/**
 * The smallest box around the pixels that differ between two pictures of the same size (`width` at most 64, both at
 * most 64), ignoring each pixel's unused byte. Packed as left, top, right, bottom (exclusive), 8 bits each; 0 when
 * equal. Reads what is inside of the box found so far no more: of a tile that differs everywhere hardly anything.
 */
export function compareTile(
  first: usize,
  firstStride: usize,
  second: usize,
  secondStride: usize,
  width: i32,
  height: i32,
): u32 {
  let top = 0;
  while (top < height && isSameRow(first + top * firstStride, second + top * secondStride, width)) top++;
  if (top === height) return 0;
  let bottom = height;
  while (isSameRow(first + (bottom - 1) * firstStride, second + (bottom - 1) * secondStride, width)) bottom--;
  let left = width;
  let right = 0;
  first += top * firstStride;
  second += top * secondStride;
  for (let row = top; row < bottom; row++) {
    let column = 0;
    while (column < left && load<u32>(first + column * 4) << 8 === load<u32>(second + column * 4) << 8) column++;
    left = column;
    column = width;
    while (right < column && load<u32>(first + column * 4 - 4) << 8 === load<u32>(second + column * 4 - 4) << 8) {
      column--;
    }
    right = column;
    first += firstStride;
    second += secondStride;
  }
  return <u32>left | ((<u32>top) << 8) | ((<u32>right) << 16) | ((<u32>bottom) << 24);
}

/** Whether so many pixels have the same colours. */
function isSameRow(first: usize, second: usize, width: i32): bool {
  const colours = i32x4.splat(0x00ffffff);
  let column = 0;
  for (; column + 16 <= width; column += 16) {
    const low = v128.or(
      v128.xor(v128.load(first), v128.load(second)),
      v128.xor(v128.load(first, 16), v128.load(second, 16)),
    );
    const high = v128.or(
      v128.xor(v128.load(first, 32), v128.load(second, 32)),
      v128.xor(v128.load(first, 48), v128.load(second, 48)),
    );
    if (v128.any_true(v128.and(v128.or(low, high), colours))) return false;
    first += 64;
    second += 64;
  }
  for (; column < width; column++) {
    if (load<u32>(first) << 8 !== load<u32>(second) << 8) return false;
    first += 4;
    second += 4;
  }
  return true;
}
