import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "./catalogue.ts";
import { errorInfoNumbers } from "./errorInfoNumbers.ts";
import { culpritSentence, explain, helpersSentence, refusalShape, type Refusal } from "./refusal.ts";

test("a refusal travels as JSON and keeps its words", () => {
  const refusal: Refusal = { code: "HF-ADMIT-01", scope: "address", address: "10.0.0.1", limit: 50, waitedSeconds: 15 };
  const arrived = refusalShape.parse(JSON.parse(JSON.stringify(refusal)));
  assert.deepEqual(arrived, refusal);
  assert.equal(
    explain(arrived).explanation,
    "From 10.0.0.1 50 connections have not signed in yet; this one waited 15 s for a place.",
  );
});

test("every code of the catalogue has whole sentences and tells the client something", () => {
  for (const [code, entry] of Object.entries(catalogue)) {
    assert.match(code, /^HF-[A-Z]+-\d\d$/u);
    assert.match(entry.remedy, /^[A-Z`].*\.$/u, code);
    assert.match(entry.title, /^[A-Z].*[^.]$/u, code);
    assert.notEqual(errorInfoNumbers[entry.tell], 0, code);
  }
});

test("a refusal names what to look at, and who can help", () => {
  const { culprit, helpers, reason } = explain({ code: "HF-SEAT-01", used: 10, limit: 10, host: "ts1" });
  assert.equal(culpritSentence(culprit), "the setting MaxInstanceCount");
  assert.equal(helpersSentence(helpers), "you, or the administrator");
  assert.equal(reason, 7);
});

test("an unknown code is refused", () => {
  assert.throws(() => refusalShape.parse({ code: "HF-NONE-99" }), { message: ".code must be a code of the catalogue" });
});
