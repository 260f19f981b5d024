import { randomFillSync } from "node:crypto";

/** Fresh bytes that nobody can foresee. */
export type RandomBytes = (count: number) => Uint8Array;

export const systemRandomBytes: RandomBytes = (count) => randomFillSync(new Uint8Array(count));
