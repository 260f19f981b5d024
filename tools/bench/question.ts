/** What a file `bench/<name>.ts` exports: something that can be measured, and how. */
export interface Question {
  /** As a sentence: "How many source pixels does each codec encode in a second?" */
  readonly question: string;
  run(context: BenchContext): Promise<readonly Figure[]>;
}

export interface BenchContext {
  /** Tells the person at the terminal what is being measured now. */
  readonly say: (line: string) => void;
  /** What follows `--name` on the command line; undefined: it is not there. */
  readonly option: (name: string) => string | undefined;
}

/** One thing measured several times. */
export interface Figure {
  /** Unique within its question, the same from run to run. */
  readonly name: string;
  /** "MB/s", "ms". */
  readonly unit: string;
  readonly better: "more" | "less";
  /** What is promised for its median: at least, or at most, this. */
  readonly goal?: number;
  /** At least one. */
  readonly samples: readonly number[];
}

/** `count` samples of `once`, which gives one, after two that do not count. */
export function sampled(count: number, once: () => number): readonly number[] {
  for (let round = 0; round < 2; round++) once();
  return Array.from({ length: count }, once);
}
