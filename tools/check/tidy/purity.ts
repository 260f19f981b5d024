import { eachMatch, type Rule } from "./rule.ts";

/** Time and chance arrive as arguments, so that a test and a simulation can give them. */
export const clockAndChance: Rule = (file) => {
  if (!/^src\/.*\.ts$/u.test(file.path) || file.isTest || /^src\/(?:system|bin)\//u.test(file.path)) return [];
  return eachMatch(file, file.code, /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b/gu, ([found]) => ({
    what: `${found} outside system/ and bin/`,
    instead: "take the clock or the chance as an argument",
  }));
};

/**
 * Tests that are all there is, or that are not run, hide others. A reason given while running (t.skip) is told by the
 * runner.
 */
export const testSwitches: Rule = (file) => {
  if (!file.path.endsWith(".test.ts")) return [];
  return eachMatch(
    file,
    file.code,
    /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\b|\b(?:only|todo):/gu,
    ([found]) => ({ what: `${found} in a committed test`, instead: "run it, or remove it" }),
  );
};
