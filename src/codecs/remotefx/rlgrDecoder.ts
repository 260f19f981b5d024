import { BitReader } from "./bitReader.ts";
import { rlgr, type Entropy } from "./rlgr.ts";

/**
 * Decodes a run-length/Golomb-Rice stream into `target`, filling all of it. Bytes that end early leave zeros, and bytes
 * that say more than `target` holds are ignored: both happen in streams of existing encoders. MS-RDPRFX 3.1.8.1.7.3.
 */
export function decodeRlgr(entropy: Entropy, bytes: Uint8Array, target: Int16Array): void {
  const bits = new BitReader(bytes);
  let runParameter: number = rlgr.parameterStart;
  let riceParameter: number = rlgr.parameterStart;
  let at = 0;
  const end = target.length;

  /** One Golomb-Rice code. */
  const readRice = (): number => {
    const rice = riceParameter >> rlgr.parameterShift;
    const unary = bits.countOnes();
    const value = (unary << rice) | bits.bits(rice);
    if (unary === 0) riceParameter = Math.max(0, riceParameter - 2);
    else if (1 < unary) riceParameter = Math.min(rlgr.parameterMax, riceParameter + unary);
    return value & 0xffff;
  };

  while (at < end && 0 < bits.remaining) {
    let run = runParameter >> rlgr.parameterShift;
    if (0 < run) {
      for (let zeros = bits.countZeros(); 0 < zeros; zeros--) {
        at += 1 << run;
        if (end <= at) break;
        runParameter = Math.min(rlgr.parameterMax, runParameter + rlgr.runUp);
        run = runParameter >> rlgr.parameterShift;
      }
      if (end <= at || bits.remaining < run + 1) break;
      at += bits.bits(run);
      const negative = bits.bits(1) === 1;
      if (bits.remaining === 0) break;
      const magnitude = readRice() + 1;
      if (bits.isOverrun) break;
      if (at < end) target[at++] = negative ? -magnitude : magnitude;
      runParameter = Math.max(0, runParameter - rlgr.runDown);
    } else if (entropy === "rlgr1") {
      const value = readRice();
      if (bits.isOverrun) break;
      target[at++] = signed(value);
      runParameter =
        value === 0
          ? Math.min(rlgr.parameterMax, runParameter + rlgr.riceUp)
          : Math.max(0, runParameter - rlgr.riceDown);
    } else {
      const sum = readRice();
      const first = bits.bits(32 - Math.clz32(sum));
      if (bits.isOverrun) break;
      const second = sum - first;
      target[at++] = signed(first);
      if (at < end) target[at++] = signed(second);
      if (first !== 0 && second !== 0) runParameter = Math.max(0, runParameter - 2 * rlgr.riceDown);
      else if (first === 0 && second === 0) {
        runParameter = Math.min(rlgr.parameterMax, runParameter + 2 * rlgr.riceUp);
      }
    }
  }
}
/** Of twice the magnitude, less one when negative. */
function signed(value: number): number {
  return (value & 1) === 1 ? -((value + 1) >> 1) : value >> 1;
}
