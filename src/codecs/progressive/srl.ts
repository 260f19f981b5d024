import { BitReader } from "../remotefx/bitReader.ts";
import { BitWriter } from "../remotefx/bitWriter.ts";
import { rlgr } from "../remotefx/rlgr.ts";

// The simplified run-length code for coefficients that were nothing so far, MS-RDPEGFX 3.2.8.1.5.3: runs of zeros as in
// RLGR with its constants, then the sign and the magnitude in unary.

/** Writes values into a lent array; one writer for each plane of an upgrade. */
export class SrlWriter {
  readonly #bits: BitWriter;
  #parameter: number = rlgr.parameterStart;
  #zeros = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bits = new BitWriter(bytes, start);
  }

  /** `value` lies strictly within ±2^bits. */
  write(value: number, bits: number): void {
    if (value === 0) {
      this.#zeros++;
      return;
    }
    this.#writeWholeRuns();
    const run = this.#parameter >> rlgr.parameterShift;
    this.#bits.bits(run + 1, (1 << run) | this.#zeros);
    this.#zeros = 0;
    this.#bits.bits(1, value < 0 ? 1 : 0);
    this.#parameter = Math.max(0, this.#parameter - rlgr.runDown);
    const magnitude = Math.abs(value);
    const largest = (1 << bits) - 1;
    for (let count = 1; count < magnitude; count++) this.#bits.bits(1, 0);
    if (magnitude < largest) this.#bits.bits(1, 1);
  }

  /**
   * The index after the last byte. Zeros that are left become a run which may reach over the end; a zero byte ends the
   * stream.
   */
  finish(): number {
    this.#writeWholeRuns();
    if (0 < this.#zeros) this.#bits.bits(1, 0);
    this.#bits.alignToByte();
    this.#bits.bits(8, 0);
    return this.#bits.finish();
  }

  #writeWholeRuns(): void {
    let run = this.#parameter >> rlgr.parameterShift;
    for (; 1 << run <= this.#zeros; run = this.#parameter >> rlgr.parameterShift) {
      this.#bits.bits(1, 0);
      this.#zeros -= 1 << run;
      this.#parameter = Math.min(rlgr.parameterMax, this.#parameter + rlgr.runUp);
    }
  }
}

/** Reads what `SrlWriter` wrote; past the end it reads zeros. */
export class SrlReader {
  readonly #bits: BitReader;
  #parameter: number = rlgr.parameterStart;
  #zeros = 0;
  /** The zeros before a value have been announced; the value itself comes when they are used up. */
  #isValueNext = false;

  constructor(bytes: Uint8Array) {
    this.#bits = new BitReader(bytes);
  }

  read(bits: number): number {
    if (this.#zeros === 0 && !this.#isValueNext) this.#readRun();
    if (0 < this.#zeros) {
      this.#zeros--;
      return 0;
    }
    this.#isValueNext = false;
    const isNegative = this.#bits.bits(1) === 1;
    this.#parameter = Math.max(0, this.#parameter - rlgr.runDown);
    const largest = (1 << bits) - 1;
    let magnitude = 1;
    while (magnitude < largest && 0 < this.#bits.remaining && this.#bits.bits(1) === 0) magnitude++;
    return isNegative ? -magnitude : magnitude;
  }

  #readRun(): void {
    const run = this.#parameter >> rlgr.parameterShift;
    if (this.#bits.bits(1) === 0) {
      this.#zeros = 1 << run;
      this.#parameter = Math.min(rlgr.parameterMax, this.#parameter + rlgr.runUp);
      return;
    }
    this.#zeros = this.#bits.bits(run);
    this.#isValueNext = true;
  }
}
