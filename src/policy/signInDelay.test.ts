import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "#base/units.ts";
import { noFailures, signInDelay, withFailure, withSuccess } from "./signInDelay.ts";

const anna = { user: "anna", address: "10.0.0.1" };
const failed = (times: number) =>
  Array.from({ length: times }).reduce<typeof noFailures>((all) => withFailure(all, anna, instant(0)), noFailures);

test("the delay grows with each wrong password and has an end", () => {
  const delays = [0, 1, 2, 3, 4, 9].map((times) => signInDelay(failed(times), anna, instant(1)));
  assert.deepEqual(delays, [0, 1000, 2000, 4000, 8000, 30_000]);
});

test("another user at another address is not delayed", () => {
  assert.equal(signInDelay(failed(5), { user: "bob", address: "10.0.0.2" }, instant(1)), 0);
});

test("guessing many users from one address is delayed, guessing one user from many addresses too", () => {
  assert.equal(signInDelay(failed(3), { user: "bob", address: "10.0.0.1" }, instant(1)), 4000);
  assert.equal(signInDelay(failed(3), { user: "anna", address: "10.0.0.2" }, instant(1)), 4000);
});

test("after a quarter of an hour, and for the user after a right password, all is forgotten", () => {
  assert.equal(signInDelay(failed(3), anna, instant(16 * 60_000)), 0);
  assert.equal(signInDelay(withSuccess(failed(3), "anna"), { user: "anna", address: "10.0.0.9" }, instant(1)), 0);
});
