import { isSameRow } from "./compare";

/**
 * Compares as `compareTiles`, and takes over into `known` what differs of `screen`, in one go: what is taken is what
 * was compared, though the screen may go on changing. Where nothing differs, nothing is written.
 */
export function takeTiles(
  known: usize,
  knownStride: usize,
  screen: usize,
  screenStride: usize,
  width: i32,
  height: i32,
  boxes: usize,
): void {
  memory.fill(boxes, 0, ((width + 63) >> 6) * 4);
  for (let row = 0; row < height; row++) {
    let box = boxes;
    for (let column = 0; column < width; column += 64, box += 4) {
      const piece = min(64, width - column);
      if (isSameRow(known + column * 4, screen + column * 4, piece)) continue;
      const extent = takeRow(known + column * 4, screen + column * 4, piece);
      if (extent !== 0) store<u32>(box, withExtent(load<u32>(box), row, extent));
    }
    known += knownStride;
    screen += screenStride;
  }
}

/** Takes a row of up to 64 pixels; the first that differed, and, 8 bits higher, the one after the last; 0: none did. */
function takeRow(known: usize, screen: usize, width: i32): u32 {
  const colours = i32x4.splat(0x00ffffff);
  let left = 64;
  let right = 0;
  let column = 0;
  for (; column + 16 <= width; column += 16, known += 64, screen += 64) {
    const a = v128.load(screen);
    const b = v128.load(screen, 16);
    const c = v128.load(screen, 32);
    const d = v128.load(screen, 48);
    const inA = v128.xor(a, v128.load(known));
    const inB = v128.xor(b, v128.load(known, 16));
    const inC = v128.xor(c, v128.load(known, 32));
    const inD = v128.xor(d, v128.load(known, 48));
    if (!v128.any_true(v128.and(v128.or(v128.or(inA, inB), v128.or(inC, inD)), colours))) continue;
    v128.store(known, a);
    v128.store(known, b, 16);
    v128.store(known, c, 32);
    v128.store(known, d, 48);
    const bits =
      marks(inA, colours) | (marks(inB, colours) << 4) | (marks(inC, colours) << 8) | (marks(inD, colours) << 12);
    left = min(left, column + ctz(bits));
    right = column + 32 - clz(bits);
  }
  for (; column < width; column++, known += 4, screen += 4) {
    const pixel = load<u32>(screen);
    if (pixel << 8 === load<u32>(known) << 8) continue;
    store<u32>(known, pixel);
    left = min(left, column);
    right = column + 1;
  }
  return right === 0 ? 0 : <u32>left | ((<u32>right) << 8);
}

/** A bit for each of four pixels that has a bit where there are colours. */
function marks(pixels: v128, colours: v128): i32 {
  return i32x4.bitmask(i32x4.ne(v128.and(pixels, colours), i32x4.splat(0)));
}

/** The box, as `compareTiles` writes it, with a row that differs in these columns. */
function withExtent(box: u32, row: i32, extent: u32): u32 {
  const left = extent & 0xff;
  const right = extent >> 8;
  const bottom = (<u32>(row + 1)) << 24;
  if (box === 0) return left | ((<u32>row) << 8) | (right << 16) | bottom;
  return min(box & 0xff, left) | (box & 0xff00) | (max((box >> 16) & 0xff, right) << 16) | bottom;
}
