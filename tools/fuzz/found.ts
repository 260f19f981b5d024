import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/** An input that once broke something. */
export interface FoundInput {
  readonly oracle: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Keeps an input for ever; returns its path. */
export function keep(oracle: string, input: Uint8Array): string {
  const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const path = `${folder}/${oracle}/${name}.bin`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, input);
  return path;
}

export function foundInputs(): readonly FoundInput[] {
  return globSync(`${folder}/*/*.bin`)
    .toSorted()
    .map((path) => ({ oracle: basename(dirname(path)), path, bytes: new Uint8Array(readFileSync(path)) }));
}

const folder = "test/fuzz/found";
