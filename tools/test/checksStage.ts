import { allChecks } from "../check/checks.ts";
import { inWords } from "../check/problem.ts";
import { projectFiles } from "../check/sourceFile.ts";
import type { Failure } from "./runFile.ts";
import type { StageOutcome } from "./runStage.ts";

/** `npm run check` as a stage, each check as one test, without the unit tests that the next stage runs anyway. */
export async function checksStage(say: (line: string) => void): Promise<StageOutcome> {
  say("\nchecks");
  const checks = allChecks(projectFiles()).filter((check) => check.name !== "tests");
  const failures: Failure[] = [];
  for (const check of checks) {
    const { problems, looked } = await check.run({ write: false });
    const bad = problems.filter((problem) => problem.warning !== true);
    say(`${bad.length === 0 ? "ok    " : "FAILED"} ${check.name} (${looked})`);
    if (0 < bad.length) {
      failures.push({ file: `npm run check -- ${check.name}`, test: "", message: bad.map(inWords).join("\n") });
    }
  }
  return { name: "checks", passed: checks.length - failures.length, failures, skipped: [], unsteady: [] };
}
