import type { Problem } from "../problem.ts";
import type { SourceFile } from "../sourceFile.ts";

/** Looks at one file. */
export type Rule = (file: SourceFile) => readonly Problem[];

/** A problem at each place of `where` that `pattern` (with the flag g) matches. */
export function eachMatch(
  file: SourceFile,
  where: string,
  pattern: RegExp,
  say: (match: RegExpExecArray) => { readonly what: string; readonly instead: string },
): readonly Problem[] {
  return [...where.matchAll(pattern)].map((match) => ({
    path: file.path,
    line: file.lineAt(match.index),
    ...say(match),
  }));
}
