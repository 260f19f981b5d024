// npm run check [-- names of checks] [--write]: everything that takes less than a minute. --write: makes generated
// parts anew.
import { join } from "node:path";
import { allChecks } from "./check/checks.ts";
import { inWords, type Check, type Findings } from "./check/problem.ts";
import { projectFiles } from "./check/sourceFile.ts";

process.chdir(join(import.meta.dirname, ".."));
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const checks = allChecks(projectFiles());
const unknown = names.find((name) => !checks.some((check) => check.name === name));
if (unknown !== undefined) {
  console.error(`"${unknown}" is none of ${checks.map((check) => check.name).join(", ")}`);
  process.exit(2);
}
let failed = 0;
for (const check of checks) {
  if (0 < names.length && !names.includes(check.name)) continue;
  const { problems } = await timed(check);
  failed += problems.filter((problem) => problem.warning !== true).length;
}
console.log(failed === 0 ? "\nAll is well." : `\n${failed} problems.`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a check and prints its line, then what it found. */
async function timed(check: Check): Promise<Findings> {
  const startedAt = performance.now();
  const findings = await check.run({ write: words.includes("--write") });
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  const bad = findings.problems.filter((problem) => problem.warning !== true).length;
  console.log(`${check.name.padEnd(13)}${bad === 0 ? "ok" : `${bad} problems`} (${findings.looked}, ${took} s)`);
  for (const problem of findings.problems) console.log(`  ${inWords(problem)}`);
  return findings;
}
