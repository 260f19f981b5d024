import assert from "node:assert/strict";
import { test } from "node:test";
import { admit } from "./admission.ts";

const limits = { perAddress: 2, inAll: 3 };

test("a newcomer waits when his address or the host has too many before their sign-in", () => {
  assert.deepEqual(admit({ unauthenticated: ["a"], limits }, "a"), { is: "admitted" });
  assert.deepEqual(admit({ unauthenticated: ["a", "a"], limits }, "a"), { is: "wait", scope: "address", limit: 2 });
  assert.deepEqual(admit({ unauthenticated: ["a", "a"], limits }, "b"), { is: "admitted" });
  assert.deepEqual(admit({ unauthenticated: ["a", "a", "b"], limits }, "c"), { is: "wait", scope: "all", limit: 3 });
});
