// Run by tools/vectors/survey.ts in a process of its own, with the hooks of tools/vectors/hooks.ts: loads every
// declaration and every test that proves one, and prints who proves what.
import { globSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { declaredStructs } from "#base/bytes/struct.ts";
import { recordedVectors } from "./recordedVectors.ts";

const declarations = globSync("src/{base,protocol,codecs}/**/*.ts").filter(
  (path) => !/\.test\.ts$|\.d\.ts$|\/assembly\//u.test(path),
);
for (const path of declarations.toSorted()) await import(pathToFileURL(path).href);
// Before the tests declare some of their own.
const structs = [...declaredStructs];
const proofs = globSync("{src,test}/**/*.test.ts").filter((path) =>
  readFileSync(path, "utf8").includes("test/vector.ts"),
);
for (const path of proofs.toSorted()) await import(pathToFileURL(path).href);
process.stdout.write(JSON.stringify({ structs, vectors: recordedVectors }), () => process.exit(0));
