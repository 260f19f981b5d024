import assert from "node:assert/strict";
import { test } from "node:test";
import { admit } from "./admission.ts";

const limits = { perAddress: 2, inAll: 3, starting: 2 };

test("a newcomer waits when his address or the host has too many before their sign-in", () => {
  const of = (unauthenticated: readonly string[], address: string) =>
    admit({ unauthenticated, starting: 0, limits }, address);

  assert.deepEqual(of(["a"], "a"), { is: "admitted" });
  assert.deepEqual(of(["a", "a"], "a"), { is: "wait", scope: "address", limit: 2 });
  assert.deepEqual(of(["a", "a"], "b"), { is: "admitted" });
  assert.deepEqual(of(["a", "a", "b"], "c"), { is: "wait", scope: "all", limit: 3 });
});

test("while the processor starts others a newcomer is queued, whatever else there is to say", () => {
  for (const unauthenticated of [[], ["a", "a", "b"]]) {
    assert.deepEqual(admit({ unauthenticated, starting: 2, limits }, "a"), { is: "queued" });
  }
});
