/**
 * TypeScript with the insides of strings, templates and regular expressions, and with all comments, turned to spaces:
 * the same length and the same lines. What stands in `${…}` stays. For rules that look at code alone; it knows no
 * grammar, so a slash is taken for a division when it comes after a name, a number or a closing bracket.
 */
export function blanked(text: string): string {
  const out = text.split("");
  const open: ("template" | "brace")[] = [];
  let at = 0;
  const blank = (end: number): void => {
    for (; at < end && at < text.length; at++) if (out[at] !== "\n") out[at] = " ";
  };
  const skipTemplate = (): void => {
    const end = templateEnd(text, at);
    const isHole = text.startsWith("${", end);
    blank(end);
    at += isHole ? 2 : 1;
    if (isHole) open.push("template");
  };
  while (at < text.length) {
    const character = text[at]!;
    if (text.startsWith("//", at)) blank(endOr(text, "\n", at));
    else if (text.startsWith("/*", at)) blank(endOr(text, "*/", at) + 2);
    else if (character === '"' || character === "'") {
      at++;
      blank(stringEnd(text, at, character));
      at++;
    } else if (character === "`") {
      at++;
      skipTemplate();
    } else if (character === "/" && startsPattern(text, at)) {
      at++;
      blank(patternEnd(text, at));
    } else {
      at++;
      if (character === "{") open.push("brace");
      else if (character === "}" && open.pop() === "template") skipTemplate();
    }
  }
  return out.join("");
}

function endOr(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found === -1 ? text.length : found;
}

function stringEnd(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Where a template ends or its next hole begins. */
function templateEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "`" && !text.startsWith("${", at)) at += text[at] === "\\" ? 2 : 1;
  return at;
}

function startsPattern(text: string, slash: number): boolean {
  const before = text.slice(Math.max(0, slash - 40), slash).trimEnd();
  return before === "" || /[(,=:[!&|?{};<>+\-*%~^]$|\b(?:return|typeof|case|in|of|yield|await)$/u.test(before);
}

function patternEnd(text: string, from: number): number {
  let inClass = false;
  let at = from;
  for (; at < text.length && text[at] !== "\n" && (inClass || text[at] !== "/"); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
  }
  return at;
}
