// Kernels for RemoteFX tiles; the readable version is ../../remotefx. AssemblyScript, compiled by tools/kernels.ts.
import { codedAt, planesAt, scratchAt, shiftsAt } from "./layout";
import { encodeRlgr } from "./rlgr";

/**
 * Encodes one 64×64 tile whose pixels (blue, green, red, unused) start at `source`. Returns the address after the last
 * coded byte; the ends of the three streams are at the first three words of the scratch plane.
 */
export function encodeTile(source: usize, stride: usize, isPaired: bool): usize {
  readColours(source, stride);
  let at = codedAt;
  let ends = scratchAt;
  let firstEnd: usize = 0;
  let secondEnd: usize = 0;
  for (let plane = planesAt; plane < planesAt + 3 * 8192; plane += 8192) {
    forwardLevel(plane, 32);
    forwardLevel(plane + 3072 * 2, 16);
    forwardLevel(plane + 3840 * 2, 8);
    quantize(plane);
    takeDifferences(plane + 4032 * 2);
    at = encodeRlgr(plane, at, isPaired);
    if (plane === planesAt) firstEnd = at;
    else if (plane === planesAt + 8192) secondEnd = at;
  }
  store<u32>(ends, <u32>firstEnd);
  store<u32>(ends, <u32>secondEnd, 4);
  store<u32>(ends, <u32>at, 8);
  return at;
}

function readColours(source: usize, stride: usize): void {
  const toLuma = i16x8(3735, 19235, 9798, 0, 3735, 19235, 9798, 0);
  const toBlue = i16x8(16403, -10868, -5535, 0, 16403, -10868, -5535, 0);
  const toRed = i16x8(-2663, -13714, 16377, 0, -2663, -13714, 16377, 0);
  const middle = i16x8.splat(4096);
  let target = planesAt;
  for (let row = 0; row < 64; row++) {
    for (let from = source; from < source + 256; from += 32) {
      const left = v128.load(from);
      const right = v128.load(from, 16);
      const a = i16x8.extend_low_i8x16_u(left);
      const b = i16x8.extend_high_i8x16_u(left);
      const c = i16x8.extend_low_i8x16_u(right);
      const d = i16x8.extend_high_i8x16_u(right);
      v128.store(target, i16x8.sub(weigh(a, b, c, d, toLuma), middle));
      v128.store(target, weigh(a, b, c, d, toBlue), 8192);
      v128.store(target, weigh(a, b, c, d, toRed), 16384);
      target += 16;
    }
    source += stride;
  }
}

/** Weighted sums of eight pixels, two in each argument, with 10 of 15 fractional bits dropped. */
function weigh(a: v128, b: v128, c: v128, d: v128, weights: v128): v128 {
  const first = i32x4.dot_i16x8_s(a, weights);
  const second = i32x4.dot_i16x8_s(b, weights);
  const third = i32x4.dot_i16x8_s(c, weights);
  const fourth = i32x4.dot_i16x8_s(d, weights);
  const low = i32x4.add(v128.shuffle<i32>(first, second, 0, 2, 4, 6), v128.shuffle<i32>(first, second, 1, 3, 5, 7));
  const high = i32x4.add(v128.shuffle<i32>(third, fourth, 0, 2, 4, 6), v128.shuffle<i32>(third, fourth, 1, 3, 5, 7));
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 10), i32x4.shr_s(high, 10));
}

/**
 * One level of the wavelet over a square of twice `half`: columns into the scratch plane, then rows into four bands.
 */
function forwardLevel(plane: usize, half: usize): void {
  const rowBytes = half * 4;
  const halfBytes = half * rowBytes;
  for (let n: usize = 0; n < half; n++) {
    const even = plane + 2 * n * rowBytes;
    const odd = even + rowBytes;
    const next = n < half - 1 ? odd + rowBytes : even;
    const low = scratchAt + n * rowBytes;
    const high = low + halfBytes;
    const highBefore = n === 0 ? high : high - rowBytes;
    for (let x: usize = 0; x < rowBytes; x += 16) {
      const middle = v128.load(even + x);
      const average = i16x8.shr_s(i16x8.add(middle, v128.load(next + x)), 1);
      const detail = i16x8.shr_s(i16x8.sub(v128.load(odd + x), average), 1);
      v128.store(high + x, detail);
      v128.store(low + x, i16x8.add(middle, i16x8.shr_s(i16x8.add(v128.load(highBefore + x), detail), 1)));
    }
  }
  const bandBytes = half * half * 2;
  for (let y: usize = 0; y < half; y++) {
    const row = plane + y * half * 2;
    const low = scratchAt + y * rowBytes;
    forwardRow(low, half, row + 3 * bandBytes, row);
    forwardRow(low + halfBytes, half, row + bandBytes, row + 2 * bandBytes);
  }
}

function forwardRow(from: usize, half: usize, low: usize, high: usize): void {
  let left = v128.load(from);
  let right = v128.load(from, 16);
  let even = v128.shuffle<i16>(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
  let odd = v128.shuffle<i16>(left, right, 1, 3, 5, 7, 9, 11, 13, 15);
  let before = even;
  const blocks = half >> 3;
  for (let block: usize = 0; block < blocks; block++) {
    let evenAfter = even;
    let oddAfter = odd;
    let next: v128;
    if (block < blocks - 1) {
      from += 32;
      left = v128.load(from);
      right = v128.load(from, 16);
      evenAfter = v128.shuffle<i16>(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
      oddAfter = v128.shuffle<i16>(left, right, 1, 3, 5, 7, 9, 11, 13, 15);
      next = v128.shuffle<i16>(even, evenAfter, 1, 2, 3, 4, 5, 6, 7, 8);
    } else {
      next = v128.shuffle<i16>(even, even, 1, 2, 3, 4, 5, 6, 7, 7);
    }
    const detail = i16x8.shr_s(i16x8.sub(odd, i16x8.shr_s(i16x8.add(even, next), 1)), 1);
    const shifted =
      block === 0
        ? v128.shuffle<i16>(detail, detail, 0, 0, 1, 2, 3, 4, 5, 6)
        : v128.shuffle<i16>(before, detail, 7, 8, 9, 10, 11, 12, 13, 14);
    v128.store(high, detail);
    v128.store(low, i16x8.add(even, i16x8.shr_s(i16x8.add(shifted, detail), 1)));
    high += 16;
    low += 16;
    before = detail;
    even = evenAfter;
    odd = oddAfter;
  }
}

function quantize(plane: usize): void {
  let at = plane;
  for (let band: usize = 0; band < 10; band++) {
    const shift = <i32>load<u8>(shiftsAt + band);
    const half = i16x8.splat(<i16>(((1 as i32) << shift) >> 1));
    const bytes: usize = band < 3 ? 2048 : band < 6 ? 512 : 128;
    for (const end = at + bytes; at < end; at += 16) {
      v128.store(at, i16x8.shr_s(i16x8.add(v128.load(at), half), shift));
    }
  }
}

/** 64 samples of LL3. */
function takeDifferences(band: usize): void {
  for (let at = band + 126; band < at; at -= 2) store<i16>(at, load<i16>(at) - load<i16>(at - 2));
}
