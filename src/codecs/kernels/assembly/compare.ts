/**
 * The smallest box around the pixels that differ between two pictures of the same size (`width` at most 64, both at
 * most 64), ignoring each pixel's unused byte. Packed as left, top, right, bottom (exclusive), 8 bits each; 0 when
 * equal.
 */
export function compareTile(
  first: usize,
  firstStride: usize,
  second: usize,
  secondStride: usize,
  width: i32,
  height: i32,
): u32 {
  const colours = i32x4.splat(0x00ffffff);
  let left: i32 = 64;
  let right: i32 = 0;
  let top: i32 = -1;
  let bottom: i32 = 0;
  for (let row = 0; row < height; row++) {
    let column = 0;
    let differing: u64 = 0;
    for (; column + 4 <= width; column += 4) {
      const at = <usize>column * 4;
      const difference = v128.and(v128.xor(v128.load(first + at), v128.load(second + at)), colours);
      if (v128.any_true(difference)) {
        const equal = i32x4.bitmask(i32x4.eq(difference, i32x4.splat(0)));
        differing |= (<u64>(~equal & 15)) << column;
      }
    }
    for (; column < width; column++) {
      const at = <usize>column * 4;
      if (((load<u32>(first + at) ^ load<u32>(second + at)) & 0x00ffffff) !== 0) differing |= (<u64>1) << column;
    }
    if (differing !== 0) {
      if (top < 0) top = row;
      bottom = row + 1;
      left = min(left, <i32>ctz(differing));
      right = max(right, 64 - <i32>clz(differing));
    }
    first += firstStride;
    second += secondStride;
  }
  return top < 0 ? 0 : <u32>left | ((<u32>top) << 8) | ((<u32>right) << 16) | ((<u32>bottom) << 24);
}
