import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, hunt } from "../../tools/fuzz/hunt.ts";
import { foundInputs } from "../../tools/fuzz/found.ts";
import { canary, oracles } from "../../tools/fuzz/oracles.ts";

test("no input that once broke something breaks it again", () => {
  for (const { oracle: name, path, bytes } of foundInputs()) {
    const oracle = oracles.find((each) => each.name === name);
    assert.ok(oracle !== undefined, `${path} is of no oracle`);
    assert.equal(failureOf(oracle, bytes), undefined, path);
  }
});

test("each oracle has a name of its own", () => {
  assert.equal(new Set(oracles.map((oracle) => oracle.name)).size, oracles.length);
});

test("an attack finds the canary's bug, and makes the input that shows it short", () => {
  const result = hunt(canary, { seed: 1, count: 1000 });
  assert.ok(result.is === "broken");
  assert.ok(result.error instanceof RangeError);
  assert.equal(result.input.length, 1);
});

test("a short attack on each oracle breaks none", () => {
  for (const oracle of oracles) {
    const result = hunt(oracle, { seed: 7, count: 500 });
    assert.equal(result.is === "broken" ? `${oracle.name}: ${String(result.error)}` : undefined, undefined);
  }
});
