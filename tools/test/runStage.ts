import { join } from "node:path";
import { minutes } from "#base/units.ts";
import type { LeakDetector } from "./leaks.ts";
import { runFile, type Failure, type FileOutcome } from "./runFile.ts";
import type { Stage } from "./stages.ts";

export interface StageOutcome {
  readonly name: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly string[];
  /** What failed at first in files that passed when they ran again. */
  readonly unsteady: readonly Failure[];
}

export interface RunStageOptions {
  readonly leaks: LeakDetector;
  /** For the folders of the files. */
  readonly folder: string;
  readonly namePattern?: string | undefined;
  readonly say: (line: string) => void;
}

/** Runs a stage's files, as many at once as it says, and looks for what they left behind. */
export async function runStage(stage: Stage, options: RunStageOptions): Promise<StageOutcome> {
  const { leaks, say } = options;
  const outcomes: FileOutcome[] = [];
  const unsteady: Failure[] = [];
  let repeats = 0;
  const run = async (file: string, folder: string): Promise<FileOutcome> => {
    const outcome = await runFile(file, {
      timeout: stage.timeout,
      folder: join(options.folder, folder),
      namePattern: options.namePattern,
      onProcess: leaks.note,
    });
    const left = await leaks.find(stage.atOnce === 1 ? undefined : file);
    const whole = { ...outcome, failures: [...outcome.failures, ...left.map((leak) => leakFailure(leak, file))] };
    say(lineFor(whole));
    for (const { test, message } of whole.failures) say(`         ${test}: ${beginningOf(message)}`);
    return whole;
  };
  const waiting = stage.files.entries();
  const work = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      let outcome = await run(file, `${stage.name}${index}`);
      if (0 < outcome.failures.length && repeats < stage.repeatsMax && outcome.took < repeatedWhenUnder) {
        repeats += 1;
        say("         once more:");
        const first = outcome;
        outcome = await run(file, `${stage.name}${index}-again`);
        if (outcome.failures.length === 0) unsteady.push(...first.failures);
      }
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: stage.atOnce }, work));
  const left = await leaks.find();
  return {
    name: stage.name,
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
    failures: [
      ...outcomes.flatMap((outcome) => outcome.failures),
      ...left.map((leak) => leakFailure(leak, `(some file of the stage ${stage.name})`)),
    ],
    skipped: outcomes.flatMap((outcome) => outcome.skipped.map((line) => `${outcome.file}: ${line}`)),
    unsteady,
  };
}

function leakFailure(leak: { readonly file: string | undefined; readonly what: string }, file: string): Failure {
  return { file: leak.file ?? file, test: "leaves nothing behind", message: `left behind: ${leak.what}` };
}

function lineFor({ file, passed, failures, skipped, took }: FileOutcome): string {
  const mark = failures.length === 0 ? "ok    " : "FAILED";
  const notes = [
    `${passed} passed`,
    ...(failures.length === 0 ? [] : [`${failures.length} failed`]),
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
  ];
  return `${mark} ${file} (${notes.join(", ")}, ${(took / 1000).toFixed(1)} s)`;
}

/** Enough to see what a comparison found. */
function beginningOf(message: string): string {
  return message.split("\n").slice(0, beginningLines).join("\n           ");
}

const beginningLines = 15;
/** A file that hangs would hang again, and the whole run with it. */
const repeatedWhenUnder = minutes(2);
