import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { seconds, wallTime } from "#base/units.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import { tokenKey, Tokens } from "./tokens.ts";

test("a token is good once and for a while, and only as it was given", () => {
  let now = 0;
  const tokens = tokensOf({ now: () => now });
  const [first, second, third] = ["anna", "boris", "clara"].map((name) => tokens.give({ name }));

  assert.deepEqual([tokens.take(first!), tokens.take(first!)], [{ name: "anna" }, undefined]);
  assert.equal(tokens.take(`${second}x`), undefined);
  assert.equal(tokens.take(`${second!.split(".")[0]}.${third!.split(".")[1]}`), undefined);
  assert.equal(tokens.take("nonsense"), undefined);
  assert.deepEqual(tokens.take(second!), { name: "boris" });
  now = 61_000;
  assert.equal(tokens.take(third!), undefined);
});

test("a token outlives the service that gave it, and nobody else's seal is accepted", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-tokens-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "token-key");
  const given = tokensOf({ key: tokenKey(path, systemRandomBytes) }).give({ name: "anna" });

  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(tokensOf({ key: systemRandomBytes(32) }).take(given), undefined);
  assert.deepEqual(tokensOf({ key: tokenKey(path, systemRandomBytes) }).take(given), { name: "anna" });
});

function tokensOf({ now = () => 0, key = new Uint8Array(32) }: { now?: () => number; key?: Uint8Array }) {
  let count = 0;
  return new Tokens<{ readonly name: string }>({
    life: seconds(60),
    key,
    random: () => String(++count),
    now: () => wallTime(now()),
  });
}
