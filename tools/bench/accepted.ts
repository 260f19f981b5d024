import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { listOf, number, object, text } from "#base/shape/shape.ts";
import type { Figure } from "./question.ts";

/** Medians that were found good enough, by the figure's name, and where they were measured. */
export interface Accepted {
  readonly machine: string;
  readonly medians: Readonly<Record<string, number>>;
}

/** undefined: nothing was accepted yet. */
export function readAccepted(name: string): Accepted | undefined {
  const file = readFile(pathOf(name));
  if (file === undefined) return undefined;
  return { machine: file.machine, medians: Object.fromEntries(file.figures.map((each) => [each.name, each.median])) };
}

export function writeAccepted(name: string, figures: readonly Figure[]): string {
  const path = pathOf(name);
  mkdirSync(dirname(path), { recursive: true });
  const medians = figures
    .map((figure) => ({ name: figure.name, median: rounded(spread(figure).median), unit: figure.unit }))
    // What never came, or divides nothing by nothing, is no figure to compare with.
    .filter(({ median }) => Number.isFinite(median));
  const measured = new Set(medians.map((each) => each.name));
  const others = readFile(path)?.figures.filter((each) => !measured.has(each.name)) ?? [];
  writeFileSync(
    path,
    `${JSON.stringify({ machine: thisMachine(), figures: [...others, ...medians] }, undefined, 2)}\n`,
  );
  return path;
}

export function spread({ samples }: Figure): { readonly min: number; readonly median: number; readonly max: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

/** Three digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function thisMachine(): string {
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? "unknown processor"}, ${processors.length} cores, Node ${process.version}`;
}

function readFile(path: string) {
  return existsSync(path) ? fileShape.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}

const fileShape = object({
  machine: text,
  figures: listOf(object({ name: text, median: number, unit: text }), { atMost: 10_000 }),
});
const pathOf = (name: string): string => `bench/accepted/${name}.json`;
