import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../../test/hex.ts";
import { vector } from "../../../test/vector.ts";
import { DecodeError } from "../../base/bytes/decodeError.ts";
import { framebufferHeader, pixelOffset, readFramebufferHeader } from "./framebufferHeader.ts";

const captured = `
  000000a0 00000007 00000002 00000018 00000500 00000320 00000000 00000000 00000020 00000000
  00000020 00000020 00001400 00000004 00ff0000 0000ff00 000000ff 00000008 00000100 00000100`;

vector(framebufferHeader, "capture Xvfb 21.1.7", captured, {
  headerSize: 160,
  depth: 24,
  width: 1280,
  height: 800,
  bytesPerLine: 5120,
  colorCount: 256,
});

test("the pixels begin behind the header, its name and the colours", () => {
  assert.equal(pixelOffset(readFramebufferHeader(hex(captured))), 160 + 256 * 12);
});

test("a framebuffer of 16 bits a pixel is refused", () => {
  const bytes = hex(captured);
  bytes[47] = 16;
  assert.throws(() => readFramebufferHeader(bytes), DecodeError);
});
