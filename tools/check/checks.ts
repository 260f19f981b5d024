import { layers } from "../../src/layers.ts";
import { checkArchitecture } from "./architecture.ts";
import { checkDependencies } from "./dependencies.ts";
import { checkGeneratedDocs } from "./generatedDocs.ts";
import { checkLayers } from "./layers.ts";
import type { Check } from "./problem.ts";
import { checkFastTests, checkFormat, checkLint, checkTypes } from "./programs.ts";
import { checkRefusalTests } from "./refusalTests.ts";
import type { SourceFile } from "./sourceFile.ts";
import { checkTidy } from "./tidy/tidy.ts";
import { checkVectors } from "./vectors.ts";

/** All that `npm run check` does, the quickest first. */
export function allChecks(files: readonly SourceFile[]): readonly Check[] {
  return [
    { name: "format", run: checkFormat },
    { name: "lint", run: checkLint },
    { name: "layers", run: () => checkLayers(files, layers) },
    { name: "tidy", run: (options) => checkTidy(files, options) },
    { name: "architecture", run: (options) => checkArchitecture(files, layers, options) },
    { name: "docs", run: checkGeneratedDocs },
    { name: "dependencies", run: () => checkDependencies(files) },
    { name: "refusals", run: () => checkRefusalTests(files) },
    { name: "vectors", run: checkVectors },
    { name: "types", run: checkTypes },
    { name: "tests", run: checkFastTests },
  ];
}
