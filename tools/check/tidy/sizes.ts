import type { Rule } from "./rule.ts";

/** Long files are several things: warned about above 400 lines, refused above 500; tests and tables above 800. */
export const fileLength: Rule = (file) => {
  if (!file.path.endsWith(".ts") || file.isGenerated) return [];
  const lines = file.text.split("\n").length - 1;
  const isRoomy = file.isTest || /[Tt]able\.ts$|\/errorInfo\.ts$/u.test(file.path);
  const [asked, refused] = isRoomy ? [800, 800] : [400, 500];
  if (lines <= asked) return [];
  const what = `has ${lines} lines`;
  return lines <= refused
    ? [{ path: file.path, what, instead: "is it still one thing?", warning: true }]
    : [{ path: file.path, what, instead: `at most ${refused}: split it by what it exports` }];
};

/** Comments of more than 120 characters a line; code is broken by the formatter, which knows better what cannot be. */
export const commentWidth: Rule = (file) => {
  if (!file.path.endsWith(".ts") || file.isGenerated) return [];
  return file.text.split("\n").flatMap((line, index) =>
    line.length <= commentWidthMax || !/^\s*(?:\/\/|\/?\*)/u.test(line)
      ? []
      : [
          {
            path: file.path,
            line: index + 1,
            what: `a comment of ${line.length} characters`,
            instead: "at most 120: npm run check -- --write wraps it",
          },
        ],
  );
};

export const commentWidthMax = 120;
