import assert from "node:assert/strict";
import { test } from "node:test";
import { hostAndPort } from "./hostAndPort.ts";

test("a host is read with and without a port, as name and as address of either kind", () => {
  assert.deepEqual(
    ["ts1", "ts1.example.com:3390", "192.0.2.7:1", "2001:db8::7", "[2001:db8::7]", "[::1]:65535"].map(hostAndPort),
    [
      { host: "ts1", port: 3389 },
      { host: "ts1.example.com", port: 3390 },
      { host: "192.0.2.7", port: 1 },
      { host: "2001:db8::7", port: 3389 },
      { host: "2001:db8::7", port: 3389 },
      { host: "::1", port: 65535 },
    ],
  );
});

test("what is no host and port says what is wrong with it", () => {
  for (const text of ["", ":3389", "ts1:", "ts1:0", "ts1:65536", "ts1:rdp", "https://ts1", "anna@ts1", "a b", "[]:1"]) {
    assert.ok("problem" in hostAndPort(text), text);
  }
});
