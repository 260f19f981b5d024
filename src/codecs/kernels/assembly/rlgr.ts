/**
 * Encodes the 4096 samples at `source` into the bytes at `target` and returns the address after the last. `isPaired`:
 * RLGR3. One loop with everything in locals: calls and globals would cost half of the speed.
 */
export function encodeRlgr(source: usize, target: usize, isPaired: bool): usize {
  const end = source + 8192;
  let runParameter: i32 = 8;
  let riceParameter: i32 = 8;
  let word: u64 = 0;
  let waiting: i32 = 0;
  while (source < end) {
    const run = runParameter >> 3;
    /** What is Golomb-Rice coded in this round, and what bits follow it. */
    let value: i32 = 0;
    let tail: i32 = 0;
    let tailBits: i32 = 0;
    let change: i32 = 0;
    if (0 < run) {
      let first = source;
      while (source + 16 <= end && !v128.any_true(v128.load(source))) source += 16;
      while (source < end && load<i16>(source) === 0) source += 2;
      let zeros = <i32>((source - first) >> 1);
      let bits = run;
      let zeroBits: i32 = 0;
      while (1 << bits <= zeros) {
        zeros -= 1 << bits;
        zeroBits++;
        runParameter = min(80, runParameter + 4);
        bits = runParameter >> 3;
      }
      // At most 22 zeros, for 4096 samples; then a one, the rest of the run and the sign.
      word <<= zeroBits;
      waiting += zeroBits;
      if (32 <= waiting) {
        waiting -= 32;
        store<u32>(target, bswap<u32>(<u32>(word >> waiting)));
        target += 4;
      }
      let sample: i32 = -1;
      if (source < end) {
        sample = <i32>load<i16>(source);
        source += 2;
      }
      const prefix = (((1 << bits) | zeros) << 1) | (sample < 0 ? 1 : 0);
      word = (word << (bits + 2)) | <u64>prefix;
      waiting += bits + 2;
      if (32 <= waiting) {
        waiting -= 32;
        store<u32>(target, bswap<u32>(<u32>(word >> waiting)));
        target += 4;
      }
      value = abs<i32>(sample) - 1;
      change = -6;
    } else {
      const first = <i32>load<i16>(source);
      const firstCode = (first << 1) ^ (first >> 31);
      source += 2;
      if (isPaired) {
        let secondCode: i32 = 0;
        if (source < end) {
          const second = <i32>load<i16>(source);
          secondCode = (second << 1) ^ (second >> 31);
          source += 2;
        }
        value = firstCode + secondCode;
        tail = firstCode;
        tailBits = 32 - clz<i32>(value);
        change = firstCode !== 0 && secondCode !== 0 ? -6 : value === 0 ? 6 : 0;
      } else {
        value = firstCode;
        change = value === 0 ? 3 : -3;
      }
    }
    const rice = riceParameter >> 3;
    const unary = value >> rice;
    riceParameter =
      unary === 0 ? max(0, riceParameter - 2) : unary === 1 ? riceParameter : min(80, riceParameter + unary);
    let ones = unary;
    while (16 < ones) {
      word = (word << 16) | 0xffff;
      waiting += 16;
      ones -= 16;
      if (32 <= waiting) {
        waiting -= 32;
        store<u32>(target, bswap<u32>(<u32>(word >> waiting)));
        target += 4;
      }
    }
    const length = ones + 1 + rice;
    const code = (((1 << ones) - 1) << (rice + 1)) | (value & ((1 << rice) - 1));
    word = (word << length) | <u64>code;
    waiting += length;
    if (32 <= waiting) {
      waiting -= 32;
      store<u32>(target, bswap<u32>(<u32>(word >> waiting)));
      target += 4;
    }
    if (0 < tailBits) {
      word = (word << tailBits) | <u64>tail;
      waiting += tailBits;
      if (32 <= waiting) {
        waiting -= 32;
        store<u32>(target, bswap<u32>(<u32>(word >> waiting)));
        target += 4;
      }
    }
    runParameter = max(0, min(80, runParameter + change));
  }
  while (0 < waiting) {
    if (waiting < 8) {
      word <<= 8 - waiting;
      waiting = 8;
    }
    waiting -= 8;
    store<u8>(target, <u8>(word >> waiting));
    target++;
  }
  return target;
}
