import { DecodeError } from "#base/bytes/decodeError.ts";

/** A decoder under attack: what to start from, and what must hold for any bytes whatever. */
export interface Oracle {
  readonly name: string;
  /** Well-formed inputs to mutate, the smaller the better. */
  seeds(): readonly Uint8Array[];
  /** Throws when the decoder does anything but decode or refuse with a DecodeError. */
  check(input: Uint8Array): void;
}

/** A number from 0 up to 1, a different one at each call. */
export type Random = () => number;

/** Gives the same numbers for the same `seed`. Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `seed` with one to four things wrong: bits, bytes, lengths, pieces doubled, left out or cut off (given). */
export function mutated(seed: Uint8Array, random: Random): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = Array.from(seed);
  for (let times = 1 + below(4); 0 < times; times--) {
    const at = below(bytes.length + 1);
    const count = 1 + below(8);
    switch (below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = below(256);
        break;
      case 2:
        if (at < bytes.length) bytes[at] = [0, 1, 0x7f, 0x80, 0xf0, 0xff][below(6)]!;
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes.splice(at, count);
        break;
      case 5:
        bytes.splice(at, 0, ...bytes.slice(at, at + count));
        break;
      default:
        bytes.splice(at, 0, ...Array.from({ length: count }, () => below(256)));
    }
  }
  return Uint8Array.from(bytes);
}

/** Runs `decode`; a DecodeError is a good answer, everything else passes through. Gives undefined when refused. */
export function decodedOrRefused<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Checks `oracle` with its seeds, their truncations and `count` mutations. */
export function attack(oracle: Oracle, options: { readonly seed: number; readonly count: number }): void {
  const random = seededRandom(options.seed);
  const seeds = oracle.seeds();
  for (const seed of seeds) {
    for (let length = 0; length <= seed.length; length += 1 + (length >> 6)) oracle.check(seed.slice(0, length));
  }
  for (let index = 0; index < options.count; index++) oracle.check(mutated(seeds[index % seeds.length]!, random));
}
