import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listOf, number, object, ShapeError, text, type ShapeValue } from "#base/shape/shape.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";

/** How long each step took in earlier tests of this host, the newest last; in milliseconds. */
export type EarlierTests = ShapeValue<typeof earlierShape>["tests"];

/** What the state folder knows; nothing when it knows nothing, or nothing that can be read. */
export function readEarlierTests(stateFolder: string): EarlierTests {
  try {
    return earlierShape.parse(JSON.parse(readFileSync(join(stateFolder, fileName), "utf8"))).tests;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing || error instanceof ShapeError || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Adds one test; the oldest go. */
export function keepTest(stateFolder: string, earlier: EarlierTests, test: EarlierTests[number]): void {
  const tests = [...earlier, test].slice(-testsKept);
  writeFileAtomically(join(stateFolder, fileName), `${JSON.stringify({ tests })}\n`, 0o600);
}

/** The median of a step over the tests that made it; undefined: none has. */
export function usualDuration(earlier: EarlierTests, step: string): number | undefined {
  const times = earlier
    .flatMap(({ steps }) => steps.filter((each) => each.step === step).map(({ ms }) => ms))
    .sort((one, other) => one - other);
  return times[Math.floor((times.length - 1) / 2)];
}

/** Whether this is worth saying: more than twice as long as usual, and by enough for people to notice. */
export function isSlow(ms: number, usual: number | undefined): boolean {
  return usual !== undefined && usual * 2 < ms && usual + noticed < ms;
}

const testsKept = 50;
/** In milliseconds. */
const noticed = 300;
const fileName = "signin-tests.json";
const earlierShape = object({
  tests: listOf(object({ at: text, steps: listOf(object({ step: text, ms: number }), { atMost: 32 }) }), {
    atMost: testsKept,
  }),
});
