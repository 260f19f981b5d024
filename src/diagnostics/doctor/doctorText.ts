import type { Finding } from "./finding.ts";

/** The rows for people: a word, what was looked at, what was seen; below it what mends it. */
export function doctorText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const rows = findings.map(({ about, is, evidence, mend }) => {
    const row = `${is.padEnd(8)} ${about.padEnd(width)}  ${plain(evidence)}\n`;
    return mend === undefined ? row : `${row}${" ".repeat(9 + width + 2)}→ ${plain(mend)}\n`;
  });
  return rows.join("") + `\n${summary(findings)}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (is: Finding["is"]): number => findings.filter((each) => each.is === is).length;
  const [bad, doubtful] = [count("broken"), count("warning")];
  if (bad === 0 && doubtful === 0) return "All is well.";
  return `${bad} broken, ${doubtful} to look at.`;
}

/** Names and messages come from files that anybody may have written. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
