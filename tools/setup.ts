// npm start's first half: gives the host what Holdfast needs. `tools/node.sh tools/setup.ts [serve|test|bench]`
import type { Purpose } from "./setup/packages.ts";
import { setUp } from "./setup/setUp.ts";

const [purpose = "serve"] = process.argv.slice(2);
if (!isPurpose(purpose)) {
  console.error(`"${purpose}" is none of ${purposes().join(", ")}`);
  process.exit(2);
}
await setUp(purpose, { log: (line) => console.error(`holdfast: ${line}`) });

function isPurpose(word: string): word is Purpose {
  return purposes().some((each) => each === word);
}

function purposes(): readonly Purpose[] {
  return ["serve", "test", "bench"];
}
