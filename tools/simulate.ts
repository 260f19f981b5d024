// npm run simulate [-- --seeds N --from N]: thousands of days at a terminal server, against the product's own
// decisions.
import { parseArgs } from "node:util";
import { simulate } from "./simulate/simulate.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "2000" }, from: { type: "string", default: "1" } },
});
const from = Number(values.from);
let steps = 0;
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  const result = await simulate(seed);
  steps += result.steps;
  if (result.violation === undefined) continue;
  console.error(`seed ${seed}: ${result.violation}\n  ${result.history.slice(-40).join("\n  ")}`);
  process.exit(1);
}
console.log(`${values.seeds} seeds, ${steps} events: all held`);
