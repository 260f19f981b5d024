import type { Finding } from "#policy/leaks/finding.ts";
import { findingWords } from "#policy/leaks/findingWords.ts";
import { plain } from "./columns.ts";

/** Findings by owner: what is wrong, the evidence, and what to do. Empty when there are none. */
export function findingLines(findings: readonly Finding[]): string {
  const groups = Map.groupBy(findings, (each) => findingWords(each).owner);
  const parts = [...groups].map(([owner, all]) => {
    const told = all.map((each) => {
      const { sentence, remedy } = findingWords(each);
      const lines = [`  [${each.is}] ${sentence}`, ...each.evidence.map((line) => `    ${line}`), `    → ${remedy}`];
      return lines.map((line) => `${plain(line)}\n`).join("");
    });
    return `${plain(owner)}\n${told.join("")}`;
  });
  return parts.join("\n");
}

/** A finding with its words, for programs. */
export function findingJson(finding: Finding) {
  return { ...finding, words: findingWords(finding) };
}
