// npm run bench -- <question> [--accept] [--option VALUE …]: measures, and compares with the numbers accepted last.
// --accept: accepts these; those that were not measured stay as they are. Which options there are says the question.
import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readAccepted, rounded, spread, thisMachine, writeAccepted, type Accepted } from "./bench/accepted.ts";
import type { Figure, Question } from "./bench/question.ts";
import { thrownWords } from "./thrownWords.ts";

/** Runs differ by this much without anything having changed. */
const toleratedShare = 0.3;
process.chdir(join(import.meta.dirname, ".."));
const words = process.argv.slice(2);
const [name] = words;
if (name === undefined || !existsSync(`bench/${name}.ts`)) {
  const known = globSync("bench/*.ts").map((path) => basename(path, ".ts"));
  console.error(`npm run bench -- <question> [--accept]; the questions are: ${known.toSorted().join(", ")}`);
  process.exit(2);
}
const asked: Question = await import(pathToFileURL(`bench/${name}.ts`).href);
console.log(asked.question);
console.log(`on ${thisMachine()}\n`);
const option = (wanted: string): string | undefined => {
  const at = words.indexOf(`--${wanted}`);
  return at < 0 ? undefined : words[at + 1];
};
const figures = await asked.run({ say: (line) => console.error(line), option }).catch((error: unknown) => {
  // Node says nothing of what was suppressed.
  console.error(thrownWords(error));
  process.exit(1);
});
const accepted = readAccepted(name);
const worse = figures.filter((figure) => !print(figure, accepted));
if (accepted !== undefined && accepted.machine !== thisMachine()) {
  console.log(`\nThe accepted numbers are of another machine (${accepted.machine}); nothing is concluded from them.`);
}
if (words.includes("--accept")) console.log(`\naccepted: ${writeAccepted(name, figures)}`);
else if (0 < worse.length && accepted?.machine === thisMachine()) {
  console.log(`\n${worse.length} figures are worse than accepted by more than ${100 * toleratedShare} %`);
  process.exitCode = 1;
}

/** Prints a figure's line; whether it is as good as accepted. */
function print(figure: Figure, known: Accepted | undefined): boolean {
  const { min, median, max } = spread(figure);
  const before = known?.medians[figure.name];
  const change = before === undefined ? undefined : median / before - 1;
  const note = change === undefined ? "" : ` (${change < 0 ? "" : "+"}${(100 * change).toFixed(0)} % of ${before})`;
  const numbers = [min, median, max].map((value) => String(rounded(value)).padStart(8)).join(" ");
  console.log(`${figure.name.padEnd(52)} ${numbers} ${figure.unit}${goalNote(figure, median)}${note}`);
  if (change === undefined) return true;
  return (figure.better === "more" ? -change : change) <= toleratedShare;
}

function goalNote({ goal, better }: Figure, median: number): string {
  if (goal === undefined) return "";
  const isMet = better === "more" ? goal <= median : median <= goal;
  return ` (goal ${goal}: ${isMet ? "met" : "MISSED"})`;
}
