/**
 * A picture (blue, green, red, unused) with even sides as brightness and, for squares of four pixels, two colours; the
 * planes have no gaps.
 */
export function toYuv420(
  source: usize,
  stride: usize,
  width: usize,
  height: usize,
  luma: usize,
  blue: usize,
  red: usize,
): void {
  const whole = width & ~7;
  for (let y: usize = 0; y < height; y += 2) {
    let top = source;
    let bottom = source + stride;
    for (const end = source + whole * 4; top < end; top += 32, bottom += 32) {
      const a = i16x8.extend_low_i8x16_u(v128.load(top));
      const b = i16x8.extend_high_i8x16_u(v128.load(top));
      const c = i16x8.extend_low_i8x16_u(v128.load(top, 16));
      const d = i16x8.extend_high_i8x16_u(v128.load(top, 16));
      const e = i16x8.extend_low_i8x16_u(v128.load(bottom));
      const f = i16x8.extend_high_i8x16_u(v128.load(bottom));
      const g = i16x8.extend_low_i8x16_u(v128.load(bottom, 16));
      const h = i16x8.extend_high_i8x16_u(v128.load(bottom, 16));
      storeLuma(luma, a, b, c, d);
      storeLuma(luma + width, e, f, g, h);
      const left = pairs(i16x8.add(a, e), i16x8.add(b, f));
      const right = pairs(i16x8.add(c, g), i16x8.add(d, h));
      storeColour(blue, left, right, i16x8(16384, -12630, -3754, 0, 16384, -12630, -3754, 0));
      storeColour(red, left, right, i16x8(-1502, -14882, 16384, 0, -1502, -14882, 16384, 0));
      luma += 8;
      blue += 4;
      red += 4;
    }
    for (const end = source + width * 4; top < end; top += 8, bottom += 8) {
      square(top, bottom, luma, width, blue, red);
      luma += 2;
      blue += 1;
      red += 1;
    }
    luma += width;
    source += 2 * stride;
  }
}

/** Eight pixels, two in each argument. */
function storeLuma(target: usize, a: v128, b: v128, c: v128, d: v128): void {
  const weights = i16x8(2366, 23436, 6966, 0, 2366, 23436, 6966, 0);
  const half = i32x4.splat(0x4000);
  const low = i32x4.shr_s(i32x4.add(sums(a, b, weights), half), 15);
  const high = i32x4.shr_s(i32x4.add(sums(c, d, weights), half), 15);
  const words = i16x8.narrow_i32x4_s(low, high);
  v128.store64_lane(target, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Four squares, two in each argument. */
function storeColour(target: usize, left: v128, right: v128, weights: v128): void {
  const value = i32x4.shr_s(i32x4.add(sums(left, right, weights), i32x4.splat(0x10000)), 17);
  const words = i32x4.add(value, i32x4.splat(128));
  const narrow = i16x8.narrow_i32x4_s(words, words);
  v128.store32_lane(target, i8x16.narrow_i16x8_u(narrow, narrow), 0);
}

/** The sums of neighbours: of pixels 0 and 1, and of 2 and 3. */
function pairs(first: v128, second: v128): v128 {
  return i16x8.add(
    v128.shuffle<i16>(first, second, 0, 1, 2, 3, 8, 9, 10, 11),
    v128.shuffle<i16>(first, second, 4, 5, 6, 7, 12, 13, 14, 15),
  );
}

/** Weighted sums of four pixels, two in each argument. */
function sums(first: v128, second: v128, weights: v128): v128 {
  const a = i32x4.dot_i16x8_s(first, weights);
  const b = i32x4.dot_i16x8_s(second, weights);
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

function square(top: usize, bottom: usize, luma: usize, width: usize, blue: usize, red: usize): void {
  store<u8>(luma, lumaOf(top));
  store<u8>(luma + 1, lumaOf(top + 4));
  store<u8>(luma + width, lumaOf(bottom));
  store<u8>(luma + width + 1, lumaOf(bottom + 4));
  const b = <i32>load<u8>(top) + load<u8>(top, 4) + load<u8>(bottom) + load<u8>(bottom, 4);
  const g = <i32>load<u8>(top, 1) + load<u8>(top, 5) + load<u8>(bottom, 1) + load<u8>(bottom, 5);
  const r = <i32>load<u8>(top, 2) + load<u8>(top, 6) + load<u8>(bottom, 2) + load<u8>(bottom, 6);
  store<u8>(blue, clamp(((b * 16384 - g * 12630 - r * 3754 + 0x10000) >> 17) + 128));
  store<u8>(red, clamp(((r * 16384 - g * 14882 - b * 1502 + 0x10000) >> 17) + 128));
}

function lumaOf(at: usize): i32 {
  return (<i32>load<u8>(at) * 2366 + <i32>load<u8>(at, 1) * 23436 + <i32>load<u8>(at, 2) * 6966 + 0x4000) >> 15;
}

function clamp(value: i32): i32 {
  return max(0, min(255, value));
}
