/**
 * The second of two pictures that carry YUV444: the colours of all pixels that are not the first of a square of four.
 * Both sides are multiples of 16; the planes have no gaps.
 */
export function toChromaView(
  source: usize,
  stride: usize,
  width: usize,
  height: usize,
  luma: usize,
  blue: usize,
  red: usize,
  form: u32,
): void {
  for (let y: usize = 0; y < height; y++, source += stride) {
    if (form === 1) firstForm(source, width, y, luma, blue, red);
    else secondForm(source, width, y, luma, blue, red);
  }
}

/** Of every fourth row, how many pairs of neighbours differ much in one of their colours. */
export function countColourEdges(source: usize, stride: usize, width: usize, height: usize): u32 {
  let count: u32 = 0;
  for (let y: usize = 0; y < height; y += 4, source += 4 * stride) {
    for (let at = source, end = source + (width & ~15) * 4; at < end; at += 64) {
      const isEdge = v128.or(farApart(blues(at)), farApart(reds(at)));
      count += popcnt(i8x16.bitmask(isEdge) & 0x5555);
    }
  }
  return count;
}

/** Odd rows are brightness, eight of blue above eight of red; of even rows the odd columns are the colours. */
function firstForm(source: usize, width: usize, y: usize, luma: usize, blue: usize, red: usize): void {
  const row = y >> 1;
  if ((y & 1) === 0) {
    for (let x: usize = 0, at = (row * width) >> 1; x < width; x += 16, at += 8, source += 64) {
      v128.store64_lane(blue + at, odd(blues(source)), 0);
      v128.store64_lane(red + at, odd(reds(source)), 0);
    }
    return;
  }
  let at = luma + ((row >> 3) * 16 + (row & 7)) * width;
  for (let x: usize = 0; x < width; x += 16, at += 16, source += 64) {
    v128.store(at, blues(source));
    v128.store(at + 8 * width, reds(source));
  }
}

/** Odd columns are brightness, blue to the left of red; every other even column of odd rows is one of the colours. */
function secondForm(source: usize, width: usize, y: usize, luma: usize, blue: usize, red: usize): void {
  const half = width >> 1;
  const quarter = width >> 2;
  let left = luma + y * width;
  if ((y & 1) === 0) {
    for (let x: usize = 0; x < width; x += 16, left += 8, source += 64) {
      v128.store64_lane(left, odd(blues(source)), 0);
      v128.store64_lane(left + half, odd(reds(source)), 0);
    }
    return;
  }
  const row = (y >> 1) * half;
  blue += row;
  red += row;
  for (let x: usize = 0; x < width; x += 16, left += 8, blue += 4, red += 4, source += 64) {
    const b = blues(source);
    const r = reds(source);
    v128.store64_lane(left, odd(b), 0);
    v128.store64_lane(left + half, odd(r), 0);
    // The columns 0, 4, 8, 12, and behind them 2, 6, 10, 14: of blue, then of red.
    const even = v128.shuffle<u8>(b, r, 0, 4, 8, 12, 2, 6, 10, 14, 16, 20, 24, 28, 18, 22, 26, 30);
    v128.store32_lane(blue, even, 0);
    v128.store32_lane(red, even, 1);
    v128.store32_lane(blue + quarter, even, 2);
    v128.store32_lane(red + quarter, even, 3);
  }
}

/** In the lower half. */
function odd(bytes: v128): v128 {
  return v128.shuffle<u8>(bytes, bytes, 1, 3, 5, 7, 9, 11, 13, 15, 1, 3, 5, 7, 9, 11, 13, 15);
}

/** All ones in the even bytes that are far from the byte behind them. */
function farApart(bytes: v128): v128 {
  const next = v128.shuffle<u8>(bytes, bytes, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
  const distance = v128.or(i8x16.sub_sat_u(bytes, next), i8x16.sub_sat_u(next, bytes));
  return i8x16.gt_u(distance, i8x16.splat(40));
}

/** One colour of sixteen pixels. */
function blues(at: usize): v128 {
  return colours(at, i16x8(16384, -12630, -3754, 0, 16384, -12630, -3754, 0));
}

function reds(at: usize): v128 {
  return colours(at, i16x8(-1502, -14882, 16384, 0, -1502, -14882, 16384, 0));
}

function colours(at: usize, weights: v128): v128 {
  const low = i16x8.narrow_i32x4_s(four(at, weights), four(at + 16, weights));
  const high = i16x8.narrow_i32x4_s(four(at + 32, weights), four(at + 48, weights));
  return i8x16.narrow_i16x8_u(i16x8.add(low, i16x8.splat(128)), i16x8.add(high, i16x8.splat(128)));
}

/** Of four pixels, around 0. */
function four(at: usize, weights: v128): v128 {
  const pixels = v128.load(at);
  const a = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), weights);
  const b = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), weights);
  const sum = i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(0x4000)), 15);
}
