import { writeFileSync } from "node:fs";
import type { CheckOptions, Findings } from "../problem.ts";
import { SourceFile } from "../sourceFile.ts";
import { lockFile, numberedNotes, thisMachine } from "./leftovers.ts";
import { fileNames, words } from "./names.ts";
import { clockAndChance, testSwitches } from "./purity.ts";
import type { Rule } from "./rule.ts";
import { commentWidth, commentWidthMax, fileLength } from "./sizes.ts";
import { wrapped } from "./wrapped.ts";

/** Rules of style that no other program here knows; one more whenever a review says the same thing twice. */
export const rules: readonly Rule[] = [
  fileLength,
  commentWidth,
  fileNames,
  words,
  clockAndChance,
  testSwitches,
  numberedNotes,
  thisMachine,
  lockFile,
];

export function checkTidy(given: readonly SourceFile[], options: CheckOptions): Findings {
  const files = options.write ? given.map(wrapComments) : given;
  const problems = files.flatMap((file) => rules.flatMap((rule) => rule(file)));
  if (files.length === 0) problems.push({ path: ".", what: "no file was checked: the list of files is wrong" });
  return { problems, looked: `${files.length} files` };
}

function wrapComments(file: SourceFile): SourceFile {
  if (commentWidth(file).length === 0) return file;
  const text = wrapped(file.text, commentWidthMax);
  writeFileSync(file.path, text);
  return new SourceFile(file.path, text);
}
