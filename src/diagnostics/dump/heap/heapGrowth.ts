import type { HeapSummary, HeapType } from "./heapSummary.ts";

/** What of a type has come since; negative: gone. Sizes in bytes. */
export interface HeapTypeGrowth {
  readonly name: string;
  readonly count: number;
  readonly retained: number;
}

type Counted = Pick<HeapSummary, "types">;

/** From one heap to a later one of the same kind of process: the types that retain more, the most first. */
export function heapGrowth(before: Counted, now: Counted): readonly HeapTypeGrowth[] {
  const earlier = new Map<string, HeapType>(before.types.map((type) => [type.name, type]));
  return now.types
    .map(({ name, count, retained }) => {
      const then = earlier.get(name);
      return { name, count: count - (then?.count ?? 0), retained: retained - (then?.retained ?? 0) };
    })
    .filter(({ retained }) => leastGrowth <= retained)
    .toSorted((one, other) => other.retained - one.retained);
}

/** In bytes: less is what comes and goes. */
const leastGrowth = 10_000;
