import { isProved, owedShareMax, surveyStructs } from "../vectors/survey.ts";
import type { Findings, Problem } from "./problem.ts";

/**
 * Messages that nobody else's bytes prove are a debt: told when they have no bytes at all, refused when they are a
 * fifth.
 */
export function checkVectors(): Findings {
  const structs = surveyStructs();
  const owed = structs.filter((struct) => !isProved(struct));
  const problems: Problem[] = owed
    .filter(({ vectors }) => vectors.length === 0)
    .map(({ name, spec }) => ({
      path: "src",
      what: `${name} (${spec}) has no vector`,
      instead: "one from the specification or a capture",
      warning: true,
    }));
  if (!(owed.length < owedShareMax * structs.length)) {
    problems.push({
      path: "src",
      what: `${owed.length} messages are proved by nobody else`,
      instead: "npm run vectors",
    });
  }
  return { problems, looked: `${structs.length} messages, ${owed.length} owed` };
}
