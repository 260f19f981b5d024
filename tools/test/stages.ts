import { globSync, readFileSync } from "node:fs";
import { minutes, type Milliseconds } from "#base/units.ts";

/** Tests that run under the same conditions. */
export interface Stage {
  readonly name: string;
  readonly files: readonly string[];
  /** How many files at the same time. */
  readonly atOnce: number;
  /** For each file. */
  readonly timeout: Milliseconds;
  /** How many files that failed may run once more; passing then, they are told as unsteady. */
  readonly repeatsMax: number;
}

/** Every test of the project. `fast` need nothing but the code; `system` need the host for themselves. */
export function stages(): readonly Stage[] {
  const beside = find("{src,tools,bench}/**/*.test.ts");
  const system = [...beside.filter(needsHost), ...find("test/**/*.test.ts")];
  return [
    { name: "fast", files: beside.filter((file) => !needsHost(file)), atOnce: 2, timeout: minutes(2), repeatsMax: 0 },
    { name: "system", files: system, atOnce: 1, timeout: minutes(6), repeatsMax: 2 },
  ];
}

/**
 * What the words of the command line leave of the stages: a stage's name, part of a file's path, or of a test's name.
 */
export function chosen(
  all: readonly Stage[],
  words: readonly string[],
): { readonly stages: readonly Stage[]; readonly namePattern?: string } {
  if (words.length === 0) return { stages: all };
  const byStage = all.filter((stage) => words.includes(stage.name));
  if (byStage.length === words.length) return { stages: byStage };
  const byPath = all.map((stage) => ({
    ...stage,
    files: stage.files.filter((file) => words.some((word) => file.includes(word))),
  }));
  if (byPath.some((stage) => 0 < stage.files.length)) return { stages: byPath };
  return { stages: all, namePattern: words.join(" ") };
}

/** Tests with real X servers or real users look at what the whole host has. */
function needsHost(file: string): boolean {
  return /\/test\/(?:xvfb|realUser)\.ts"/u.test(readFileSync(file, "utf8"));
}

function find(pattern: string): readonly string[] {
  return globSync(pattern).toSorted();
}
