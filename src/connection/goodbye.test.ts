import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "#refusals/catalogue.ts";
import { errorInfo } from "#protocol/share/session/errorInfo.ts";
import { errorInfoNumbers } from "#refusals/errorInfoNumbers.ts";
import { errorWord } from "./goodbye.ts";

test("every refusal tells the client a reason that the specification knows, and none that makes it retry", () => {
  for (const [code, { tell }] of Object.entries(catalogue)) assert.notEqual(errorWord(tell), "none", code);
});

test("the reason that events and records give is the number that the client is told", () => {
  for (const [name, number] of Object.entries(errorInfoNumbers)) assert.equal(errorInfo[errorWord(name)].code, number);
});
