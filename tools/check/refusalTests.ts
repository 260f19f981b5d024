import { catalogue } from "#refusals/catalogue.ts";
import type { Findings, Problem } from "./problem.ts";
import type { SourceFile } from "./sourceFile.ts";

/** Every code of a refusal is named by a test that provokes it in the whole product, with a real client. */
export function checkRefusalTests(files: readonly SourceFile[]): Findings {
  const tests = files.filter(({ path }) => path.startsWith("test/interop/") && path.endsWith(".test.ts"));
  const codes = Object.keys(catalogue);
  const problems: Problem[] = [];
  for (const code of codes) {
    if (tests.some(({ text }) => text.includes(code))) continue;
    problems.push({
      path: "src/refusals",
      what: `${code} is provoked by no test`,
      instead: "a test in test/interop/ in which a client gets it",
    });
  }
  for (const { path, text } of tests) {
    for (const [code] of text.matchAll(/HF-[A-Z]+-\d\d/gu)) {
      if (!codes.includes(code)) problems.push({ path, what: `names ${code}, which the catalogue does not have` });
    }
  }
  return { problems, looked: `${codes.length} codes in ${tests.length} files` };
}
