import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { hmac } from "./hmac.ts";
import { md4 } from "./md4.ts";
import { md5 } from "./md5.ts";
import { Rc4 } from "./rc4.ts";
import { sha256 } from "./sha256.ts";

const ascii = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test("MD4 gives the digests of RFC 1320 A.5", () => {
  const digests = ["", "a", "message digest"].map((text) => md4(ascii(text)));
  assert.deepEqual(digests, [
    hex("31d6cfe0d16ae931b73c59d7e0c089c0"),
    hex("bde52cb31de33e46245e05fbdbd6fb24"),
    hex("d9130a8164549fe818874806e1c7014b"),
  ]);
});

test("SHA-256 and HMAC agree with the platform's at every length around a block", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);
    assert.deepEqual(sha256(bytes), new Uint8Array(createHash("sha256").update(bytes).digest()));
    assert.deepEqual(
      hmac(md5, bytes, ascii("one"), ascii("two")),
      new Uint8Array(createHmac("md5", bytes).update("onetwo").digest()),
    );
    assert.deepEqual(hmac(sha256, bytes, bytes), new Uint8Array(createHmac("sha256", bytes).update(bytes).digest()));
  }
});

test("RC4 gives the key streams of RFC 6229 over any division of the input, and a clone goes on by itself", () => {
  const cipher = new Rc4(hex("0102030405"));
  const first = cipher.apply(new Uint8Array(7));
  const clone = cipher.clone();
  const second = cipher.apply(new Uint8Array(25));
  assert.deepEqual(
    Uint8Array.of(...first, ...second),
    hex("b2396305f03dc027ccc3524a0a1118a8 6982944f18fc82d589c403a47a0d0919"),
  );
  assert.deepEqual(clone.apply(new Uint8Array(25)), second);
  assert.deepEqual(
    new Rc4(hex("0102030405060708090a0b0c0d0e0f10")).apply(new Uint8Array(16)),
    hex("9ac7cc9a609d1ef7b2932899cde41b97"),
  );
});
