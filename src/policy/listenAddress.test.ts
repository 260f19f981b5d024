import assert from "node:assert/strict";
import { test } from "node:test";
import { parseListenAddress } from "./listenAddress.ts";

test("an address to listen at is read in every usual way", () => {
  assert.deepEqual(["10.0.0.1:3390", "[::1]:3391", "3392", ":3393"].map(parseListenAddress), [
    { host: "10.0.0.1", port: 3390 },
    { host: "::1", port: 3391 },
    { host: "0.0.0.0", port: 3392 },
    { host: "0.0.0.0", port: 3393 },
  ]);
});

test("what is no address is said to be none", () => {
  for (const text of ["", "host", "1.2.3.4:", "1.2.3.4:99999", "::1:3389"]) {
    assert.ok("problem" in parseListenAddress(text), text);
  }
});
