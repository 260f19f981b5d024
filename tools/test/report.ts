// The reporter that tools/test/runFile.ts gives to node:test: one JSON line per test that has ended, into an open file.
// (A file that node:test opens itself would change the count of open files under the tests that watch it.)
import { writeSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";
import { thrownWords } from "../thrownWords.ts";

/** What the runner learns of one test. */
export interface TestLine {
  readonly name: string;
  readonly is: "passed" | "failed" | "skipped";
  /** Of a failure: what was wrong. Of a skipped test: why. */
  readonly message?: string;
  readonly line?: number;
}

/** The number under which the runner hands the open file over. */
export const reportDescriptor = 3;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = lineOf(event);
    if (line !== undefined) writeSync(reportDescriptor, `${JSON.stringify(line)}\n`);
  }
  yield "";
}

/** undefined: not a test, or one that failed only because a test inside it did. */
function lineOf(event: TestEvent): TestLine | undefined {
  if (event.type !== "test:pass" && event.type !== "test:fail") return undefined;
  const { name, details, skip, todo, line } = event.data;
  if (details.type === "suite" && event.type === "test:pass") return undefined;
  const position = line === undefined ? {} : { line };
  if (skip !== undefined && skip !== false) {
    return { name, is: "skipped", message: skip === true ? "" : skip, ...position };
  }
  if (event.type === "test:pass" && todo === undefined) return { name, is: "passed", ...position };
  if (event.type === "test:pass") return { name, is: "failed", message: "is marked as to be done", ...position };
  const { error } = event.data.details;
  if (isOfItsParts(error)) return undefined;
  return { name, is: "failed", message: messageOf(error), ...position };
}

function isOfItsParts(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

/** node:test wraps what was thrown: the cause is the test's own. */
function messageOf({ cause, message }: Error): string {
  return cause === undefined ? message : thrownWords(cause);
}
