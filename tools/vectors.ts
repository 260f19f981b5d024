// npm run vectors: which messages are proved by somebody else's bytes, and which are a debt. Fails when the debt is a
// fifth.
import { join } from "node:path";
import { isProved, owedShareMax, surveyStructs } from "./vectors/survey.ts";

process.chdir(join(import.meta.dirname, ".."));
const structs = surveyStructs();
const owed = structs.filter((struct) => !isProved(struct));
for (const { name, spec, vectors } of owed) {
  console.log(`${spec.padEnd(28)} ${name}${vectors.length === 0 ? "" : " (only our own bytes)"}`);
}
const share = structs.length === 0 ? 1 : owed.length / structs.length;
console.log(
  `\n${structs.length} messages, ${structs.length - owed.length} proved by somebody else's bytes, ` +
    `${owed.length} not (${(100 * share).toFixed(1)} %, to stay below ${100 * owedShareMax} %)`,
);
process.exitCode = share < owedShareMax ? 0 : 1;
