import type { Sample } from "./robustSlope.ts";

/**
 * The past of a few values of one thing, in a fixed room: first every sample, then every second, every fourth … until
 * each stands for `sparsest` samples; then the oldest go. With a sample a minute that is 17 hours.
 */
export class SampleSeries {
  readonly #width: number;
  readonly #times: Float64Array;
  readonly #values: Float32Array;
  #count = 0;
  #stride = 1;
  #skipped = 0;

  /** `width`: how many values each sample has. */
  constructor(width: number) {
    this.#width = width;
    this.#times = new Float64Array(room);
    this.#values = new Float32Array(room * width);
  }

  get length(): number {
    return this.#count;
  }

  add(at: number, values: readonly number[]): void {
    this.#skipped++;
    if (0 < this.#count && this.#skipped < this.#stride) return;
    this.#skipped = 0;
    if (this.#count === room) this.#makeRoom();
    this.#times[this.#count] = at;
    this.#values.set(values.slice(0, this.#width), this.#count * this.#width);
    this.#count++;
  }

  first(which: number): number {
    return this.#values[which] ?? 0;
  }

  last(which: number): number {
    return this.#values[(this.#count - 1) * this.#width + which] ?? 0;
  }

  samples(which: number): readonly Sample[] {
    return Array.from({ length: this.#count }, (_, index) => ({
      at: this.#times[index] ?? 0,
      value: this.#values[index * this.#width + which] ?? 0,
    }));
  }

  #makeRoom(): void {
    const width = this.#width;
    if (sparsest <= this.#stride) {
      this.#times.copyWithin(0, 1);
      this.#values.copyWithin(0, width);
      this.#count--;
      return;
    }
    for (let index = 0; 2 * index < room; index++) {
      this.#times[index] = this.#times[2 * index] ?? 0;
      this.#values.copyWithin(index * width, 2 * index * width, (2 * index + 1) * width);
    }
    this.#count = room / 2;
    this.#stride *= 2;
  }
}

const room = 64;
const sparsest = 16;
