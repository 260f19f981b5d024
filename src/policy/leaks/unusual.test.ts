import assert from "node:assert/strict";
import test from "node:test";
import { whyUnusual } from "./unusual.ts";

const terminals = (...sizes: readonly number[]) =>
  sizes.map((memory, index) => ({ pid: index + 1, program: "xterm", memory }));

test("a process is unusual against others of its kind, and says against how many", () => {
  const all = terminals(12, 10, 11, 9, 210);

  assert.deepEqual(
    all.map((each) => whyUnusual(each, all)),
    [undefined, undefined, undefined, undefined, "20.0 times the middle of 4 others (10.5 MB)"],
  );
});

test("with few others, or where all differ, nothing is unusual", () => {
  const few = terminals(10, 11, 400);
  const spread = terminals(20, 60, 100, 180, 260, 300);

  assert.deepEqual(
    [...few.map((each) => whyUnusual(each, few)), ...spread.map((each) => whyUnusual(each, spread))],
    [...few, ...spread].map(() => undefined),
  );
});
