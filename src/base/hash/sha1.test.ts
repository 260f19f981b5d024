import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { latin1Bytes } from "../bytes/text.ts";
import { md5 } from "./md5.ts";
import { sha1 } from "./sha1.ts";

test("SHA-1 gives the digests of RFC 3174", () => {
  assert.deepEqual(sha1(latin1Bytes("abc")), hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
  assert.deepEqual(
    sha1(latin1Bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
    hex("84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
  );
  assert.deepEqual(sha1(new Uint8Array(1_000_000).fill(0x61)), hex("34aa973cd4c4daa4f61eeb2bdbad27316534016f"));
});

test("MD5 gives the digests of RFC 1321", () => {
  assert.deepEqual(md5(latin1Bytes("")), hex("d41d8cd98f00b204e9800998ecf8427e"));
  assert.deepEqual(md5(latin1Bytes("message digest")), hex("f96b697d7cb7938d525a2f31aaf161d0"));
});

test("both agree with OpenSSL at every length around the block's", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).map((_, index) => index * 7 + length);
    assert.deepEqual(sha1(bytes), new Uint8Array(createHash("sha1").update(bytes).digest()));
    assert.deepEqual(md5(bytes), new Uint8Array(createHash("md5").update(bytes).digest()));
  }
});
