// npm test [-- fast | system | part of a path | part of a test's name]: every test of the project; the last line counts them.
import { mkdtempSync, rmSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup/setUp.ts";
import { LeakDetector } from "./test/leaks.ts";
import { runStage, type StageOutcome } from "./test/runStage.ts";
import { chosen, stages } from "./test/stages.ts";
import { summary } from "./test/summary.ts";

process.chdir(join(import.meta.dirname, ".."));
const say = (line: string): void => console.log(line);
await setUp("test", { log: (line) => say(`set-up: ${line}`) });

const choice = chosen(stages(), process.argv.slice(2));
const folder = mkdtempSync("/tmp/holdfast-test-");
chmodSync(folder, 0o711);
const leaks = new LeakDetector();
const outcomes: StageOutcome[] = [];
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
