import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "#refusals/catalogue.ts";
import { errorWord } from "./goodbye.ts";

test("every refusal tells the client a reason that the specification knows, and none that makes it retry", () => {
  for (const [code, { tell }] of Object.entries(catalogue)) assert.notEqual(errorWord(tell), "none", code);
});
