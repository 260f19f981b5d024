import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { decode, encode } from "./codec.ts";
import { bytes, sizedBytes } from "./fields.ts";
import { u16le, u8 } from "./numbers.ts";
import { Reader } from "./reader.ts";
import { declaredSecrets, secret } from "./secret.ts";
import { struct } from "./struct.ts";

const letter = struct("SecretTestLetter", "none", {
  to: u8,
  pin: secret(u16le),
  seal: secret(sizedBytes(u8, { atMost: 4 })),
  copies: secret(bytes(2)),
});
const wire = hex("07 3412 03 aabbcc ddee");

test("a secret field is read and written like any other", () => {
  const value = { to: 7, pin: 0x1234, seal: hex("aabbcc"), copies: hex("ddee") };

  assert.deepEqual(decode(letter, wire), value);
  assert.deepEqual(encode(letter, value), wire);
  assert.deepEqual(declaredSecrets.get("SecretTestLetter"), ["pin", "seal", "copies"]);
});

test("who asks is told where the secrets are: of a run of bytes its content, not its length", () => {
  const secrets: Uint8Array[] = [];
  letter.read(new Reader(wire, 0, wire.length, secrets));

  assert.deepEqual(secrets, [hex("3412"), hex("aabbcc"), hex("ddee")]);
});

test("a part of a message that is read by itself tells its secrets too", () => {
  const secrets: Uint8Array[] = [];
  letter.read(new Reader(wire, 0, wire.length, secrets).within(wire.length));

  assert.equal(secrets.length, 3);
});
