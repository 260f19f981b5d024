import type { Failure } from "./runFile.ts";
import type { StageOutcome } from "./runStage.ts";

/** What a run comes to, in words; the last line is "N passed, N failed". Nothing tested is no success. */
export function summary(outcomes: readonly StageOutcome[]): { readonly text: string; readonly succeeded: boolean } {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  const lines: string[] = [];
  for (const { name, failures, skipped, unsteady } of outcomes) {
    if (0 < skipped.length) lines.push("", `${name}: not run here:`, ...skipped.map((line) => `  ${line}`));
    if (0 < unsteady.length) lines.push("", `${name}: failed, and passed once more:`, ...unsteady.flatMap(describe));
    if (0 < failures.length) lines.push("", `${name}: failed:`, ...failures.flatMap(describe));
  }
  if (passed + failed === 0) lines.push("", "no test was found");
  lines.push("", `${passed} passed, ${failed} failed`);
  return { text: lines.join("\n"), succeeded: failed === 0 && 0 < passed };
}

function describe({ file, test, message, line }: Failure): readonly string[] {
  const place = line === undefined ? file : `${file}:${line}`;
  return [
    `  ${place} ${test}`,
    ...message
      .split("\n")
      .slice(0, linesMax)
      .map((each) => `      ${each}`),
  ];
}

const linesMax = 40;
