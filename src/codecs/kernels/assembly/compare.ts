/**
 * Compares two pictures of the same size, `width` by at most 64, ignoring each pixel's unused byte. For each piece of
 * 64 columns, from the left, the smallest box around what differs is written at `boxes`: left, top, right, bottom
 * (exclusive) in the piece, 8 bits each; 0 when equal. Row by row through all pieces: processors fetch ahead what is
 * read in one go, and stumble over tiles.
 */
export function compareTiles(
  first: usize,
  firstStride: usize,
  second: usize,
  secondStride: usize,
  width: i32,
  height: i32,
  boxes: usize,
): void {
  memory.fill(boxes, 0, ((width + 63) >> 6) * 4);
  for (let row = 0; row < height; row++) {
    let box = boxes;
    for (let column = 0; column < width; column += 64, box += 4) {
      const a = first + column * 4;
      const b = second + column * 4;
      const piece = min(64, width - column);
      if (!isSameRow(a, b, piece)) store<u32>(box, withRow(load<u32>(box), row, a, b, piece));
    }
    first += firstStride;
    second += secondStride;
  }
}

/** The box with a row that differs somewhere; what is inside of the box's columns is read no more. */
function withRow(box: u32, row: i32, first: usize, second: usize, width: i32): u32 {
  const isFirst = box === 0;
  const top = isFirst ? row : <i32>((box >> 8) & 0xff);
  const leftBefore = isFirst ? width : <i32>(box & 0xff);
  const rightBefore = isFirst ? 0 : <i32>((box >> 16) & 0xff);
  let left = 0;
  while (left < leftBefore && load<u32>(first + left * 4) << 8 === load<u32>(second + left * 4) << 8) left++;
  let right = width;
  while (rightBefore < right && load<u32>(first + right * 4 - 4) << 8 === load<u32>(second + right * 4 - 4) << 8) {
    right--;
  }
  return <u32>left | ((<u32>top) << 8) | ((<u32>right) << 16) | ((<u32>(row + 1)) << 24);
}

/** Whether so many pixels have the same colours. */
export function isSameRow(first: usize, second: usize, width: i32): bool {
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
