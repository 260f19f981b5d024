import { mutated, seededRandom, type Oracle } from "#codecs/oracle.ts";

/** How an attack ended. */
export type HuntResult =
  | { readonly is: "survived"; readonly tried: number }
  | { readonly is: "broken"; readonly input: Uint8Array; readonly error: unknown; readonly tried: number };

/**
 * Attacks an oracle with its seeds and `count` mutations of them; an input that breaks it is made as short as it can
 * be.
 */
export function hunt(oracle: Oracle, options: { readonly seed: number; readonly count: number }): HuntResult {
  const random = seededRandom(options.seed);
  const seeds = oracle.seeds();
  if (seeds.length === 0) throw new Error(`${oracle.name} has no seeds`);
  for (let tried = 0; tried < seeds.length + options.count; tried++) {
    const seed = seeds[tried % seeds.length]!;
    const input = tried < seeds.length ? seed : mutated(seed, random);
    const error = failureOf(oracle, input);
    if (error === undefined) continue;
    const shortest = shortened(input, (shorter) => failureOf(oracle, shorter)?.constructor === error.constructor);
    return { is: "broken", input: shortest, error: failureOf(oracle, shortest) ?? error, tried: tried + 1 };
  }
  return { is: "survived", tried: seeds.length + options.count };
}

/** What the oracle threw, or that it took too long; undefined: it held. */
export function failureOf(oracle: Oracle, input: Uint8Array): object | undefined {
  const startedAt = performance.now();
  try {
    oracle.check(input);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const took = performance.now() - startedAt;
  return took < slow ? undefined : new TooSlow(`took ${(took / 1000).toFixed(1)} s for ${input.length} bytes`);
}

/** Pieces left out, ever smaller ones, as long as it still breaks. */
function shortened(input: Uint8Array, breaks: (input: Uint8Array) => boolean): Uint8Array {
  let shortest = input;
  for (let piece = shortest.length >> 1; 0 < piece; piece >>= 1) {
    for (let at = 0; at < shortest.length;) {
      const shorter = Uint8Array.from([...shortest.subarray(0, at), ...shortest.subarray(at + piece)]);
      if (breaks(shorter)) shortest = shorter;
      else at += piece;
    }
  }
  return shortest;
}

class TooSlow extends Error {}

/** Milliseconds: far above what any message takes, even while the machine is busy. */
const slow = 2000;
