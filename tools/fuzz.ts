// npm run fuzz -- [oracle | all | smoke | canary] [seed] [count]: attacks what takes bytes from the network; all of it
// with a million inputs unless told otherwise, smoke with few. An input that breaks something is kept in
// test/fuzz/found/ and tried again by npm test for ever. The canary must break: it proves the attack.
import { join } from "node:path";
import type { Oracle } from "#codecs/oracle.ts";
import { keep } from "./fuzz/found.ts";
import { hunt } from "./fuzz/hunt.ts";
import { canary, oracles } from "./fuzz/oracles.ts";

process.chdir(join(import.meta.dirname, ".."));
const [which = "all", seedWord = String(Date.now() % 1_000_000), countWord] = process.argv.slice(2);
const seed = Number(seedWord);
const count = Number(countWord ?? usualCount());
const chosen =
  which === "all" || which === "smoke" ? oracles : [canary, ...oracles].filter(({ name }) => name === which);
if (chosen.length === 0 || !Number.isInteger(seed) || !Number.isInteger(count)) {
  console.error(`npm run fuzz -- [oracle | all | smoke | canary] [seed] [count]`);
  console.error(`oracles: ${oracles.map(({ name }) => name).join(" ")}`);
  process.exit(2);
}
let tried = 0;
const broken = chosen.filter((oracle) => !survives(oracle));
const verdict = broken.length === 0 ? "all hold" : `${broken.length} broken`;
console.log(`\n${chosen.length} oracles, ${tried} inputs, seed ${seed}: ${verdict}`);
process.exitCode = broken.length === 0 ? 0 : 1;

/** Inputs for each oracle. */
function usualCount(): number {
  if (which === "smoke") return 2000;
  return which === "all" ? Math.ceil(1_000_000 / oracles.length) : 200_000;
}

function survives(oracle: Oracle): boolean {
  const result = hunt(oracle, { seed, count });
  tried += result.tried;
  if (result.is === "survived") {
    console.log(`ok     ${oracle.name} (${result.tried} inputs)`);
    return true;
  }
  const where = oracle === canary ? "" : ` kept as ${keep(oracle.name, result.input)}`;
  console.log(`BROKEN ${oracle.name} by ${Buffer.from(result.input).toString("hex").slice(0, 200)}${where}`);
  console.log(`       ${String(result.error)}; again: npm run fuzz -- ${oracle.name} ${seed} ${count}`);
  return false;
}
