import assert from "node:assert/strict";
import { test } from "node:test";
import { wallTime } from "#base/units.ts";
import { dateAndTime, parsePastTime } from "./pastTime.ts";

// The zone of the host that runs this.
const at = (text: string) => wallTime(Date.parse(text));
const now = at("2026-11-20T12:00:00");

test("a time of day is the last one, and a date or a distance is what it says", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["10:30", "2026-11-20T10:30:00"],
    ["9:05", "2026-11-20T09:05:00"],
    ["23:15:30", "2026-11-19T23:15:30"],
    ["2026-11-18", "2026-11-18T00:00:00"],
    ["2026-11-18 07:45", "2026-11-18T07:45:00"],
    ["90s", "2026-11-20T11:58:30"],
    ["2h", "2026-11-20T10:00:00"],
    ["3d", "2026-11-17T12:00:00"],
  ];
  for (const [text, expected] of cases) assert.equal(parsePastTime(text, now), at(expected), text);
  assert.equal(parsePastTime("2026-11-18T07:45:00Z", now), Date.parse("2026-11-18T07:45:00Z"));
});

test("what is no time is none", () => {
  for (const text of ["", "yesterday", "25:00", "10:61", "10", "-3h", "2026-13-01"]) {
    assert.equal(parsePastTime(text, now), undefined, text);
  }
});

test("times are printed as they sort", () => {
  assert.equal(dateAndTime(at("2026-01-02T03:04:05")), "2026-01-02 03:04:05");
});
