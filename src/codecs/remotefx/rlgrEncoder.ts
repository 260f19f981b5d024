import { BitWriter } from "./bitWriter.ts";
import { rlgr, type Entropy } from "./rlgr.ts";

/** More bytes than the code of one plane ever takes. */
export const rlgrBytesMax = 16_384;

/**
 * Encodes `source` with the run-length/Golomb-Rice code into `target` from byte `start` on, and returns the index after
 * the last byte written. `target` needs `rlgrBytesMax` bytes behind `start`. MS-RDPRFX 3.1.8.1.7.
 */
export function encodeRlgrInto(target: Uint8Array, start: number, entropy: Entropy, source: Int16Array): number {
  const bits = new BitWriter(target, start);
  const end = source.length;
  let runParameter: number = rlgr.parameterStart;
  let riceParameter: number = rlgr.parameterStart;
  let at = 0;

  /** One Golomb-Rice code. */
  const writeRice = (value: number): void => {
    const rice = riceParameter >> rlgr.parameterShift;
    const unary = value >> rice;
    bits.ones(unary);
    // The zero that ends the ones is the highest of these bits.
    bits.bits(rice + 1, value & ((1 << rice) - 1));
    if (unary === 0) riceParameter = Math.max(0, riceParameter - 2);
    else if (1 < unary) riceParameter = Math.min(rlgr.parameterMax, riceParameter + unary);
  };

  while (at < end) {
    let run = runParameter >> rlgr.parameterShift;
    if (0 < run) {
      let zeros = 0;
      while (at < end && source[at] === 0) {
        zeros++;
        at++;
      }
      for (; 1 << run <= zeros; run = runParameter >> rlgr.parameterShift) {
        bits.bits(1, 0);
        zeros -= 1 << run;
        runParameter = Math.min(rlgr.parameterMax, runParameter + rlgr.runUp);
      }
      bits.bits(run + 1, (1 << run) | zeros);
      // A run that reaches the end is followed by a value that falls outside: decoders read one, and Windows writes −1.
      const value = at < end ? source[at++]! : -1;
      bits.bits(1, value < 0 ? 1 : 0);
      writeRice(Math.abs(value) - 1);
      runParameter = Math.max(0, runParameter - rlgr.runDown);
    } else if (entropy === "rlgr1") {
      const value = unsigned(source[at++]!);
      writeRice(value);
      runParameter =
        value === 0
          ? Math.min(rlgr.parameterMax, runParameter + rlgr.riceUp)
          : Math.max(0, runParameter - rlgr.riceDown);
    } else {
      const first = unsigned(source[at++]!);
      const second = at < end ? unsigned(source[at++]!) : 0;
      writeRice(first + second);
      bits.bits(32 - Math.clz32(first + second), first);
      if (first !== 0 && second !== 0) runParameter = Math.max(0, runParameter - 2 * rlgr.riceDown);
      else if (first === 0 && second === 0) {
        runParameter = Math.min(rlgr.parameterMax, runParameter + 2 * rlgr.riceUp);
      }
    }
  }
  return bits.finish();
}

/** Twice the magnitude, less one when negative. */
function unsigned(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
