import assert from "node:assert/strict";
import { test } from "node:test";
import { thrownWords } from "./thrownWords.ts";

test("what went wrong first is told first, then everything that went wrong on the way out", async () => {
  const thrown = await failing().catch((error: unknown) => error);

  assert.ok(thrown instanceof SuppressedError);
  assert.deepEqual(withoutStack(thrownWords(thrown)), [
    "Error: the work failed",
    "and then, on the way out: Error: the inner one would not close",
    "and then, on the way out: Error: the outer one would not close",
  ]);
});

test("an error's cause is told after it, and what is no error as it is", () => {
  const error = new Error("no picture came", { cause: new TypeError("the line is closed") });

  assert.deepEqual(withoutStack(thrownWords(error)), [
    "Error: no picture came",
    "because of: TypeError: the line is closed",
  ]);
  assert.equal(thrownWords("stopped"), "stopped");
});

async function failing(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  for (const which of ["outer", "inner"]) {
    stack.defer(() => {
      throw new Error(`the ${which} one would not close`);
    });
  }
  throw new Error("the work failed");
}

function withoutStack(words: string): readonly string[] {
  return words.split("\n").filter((line) => !line.startsWith("    at "));
}
