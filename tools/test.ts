// npm test [-- checks | fast | system | part of a path | part of a test's name]: every test of the project; the last
// line counts them.
import { mkdtempSync, rmSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup/setUp.ts";
import { LeakDetector } from "./test/leaks.ts";
import { runStage, type StageOutcome } from "./test/runStage.ts";
import { checksStage } from "./test/checksStage.ts";
import { chosen, stages } from "./test/stages.ts";
import { summary } from "./test/summary.ts";

process.chdir(join(import.meta.dirname, ".."));
const say = (line: string): void => console.log(line);
await setUp("test", { log: (line) => say(`set-up: ${line}`) });

const words = process.argv.slice(2);
const withChecks = words.length === 0 || words.includes("checks");
const choice = chosen(
  words.length === 1 && withChecks ? [] : stages(),
  words.filter((word) => word !== "checks"),
);
const outcomes: StageOutcome[] = [];
if (withChecks) outcomes.push(await checksStage(say));
const folder = mkdtempSync("/tmp/holdfast-test-");
chmodSync(folder, 0o711);
// Only from here on: it takes the exit status of every child that is no test file, and the checks wait for theirs.
const leaks = new LeakDetector();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void breakOff(signal));
for (const stage of choice.stages) {
  if (stage.files.length === 0) continue;
  say(`\n${stage.name}: ${stage.files.length} files`);
  outcomes.push(await runStage(stage, { leaks, folder, namePattern: choice.namePattern, say }));
}
leaks.close();
rmSync(folder, { recursive: true, force: true });

const { text, succeeded } = summary(outcomes);
say(text);
process.exitCode = succeeded ? 0 : 1;

async function breakOff(signal: string): Promise<never> {
  say(`\nbroken off by ${signal}`);
  await leaks.endEverything();
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
}
