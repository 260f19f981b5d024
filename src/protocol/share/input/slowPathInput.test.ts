import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { hex } from "../../../../test/hex.ts";
import { vector } from "../../../../test/vector.ts";
import type { InputEvent } from "./inputEvent.ts";
import { slowPathInput } from "./slowPathInput.ts";

const at = { x: 100, y: 50 };

vector(
  slowPathInput,
  "own one of each kind, after MS-RDPBCGR 2.2.8.1.1.3.1",
  `0a00 0000
   00000000 0000 0000 0700 0000   00000000 0400 0001 1d00 0000   00000000 0400 0082 1d00 0000
   00000000 0500 0000 ac20 0000   00000000 0180 0008 6400 3200   00000000 0180 00a0 6400 3200
   00000000 0180 8803 0000 0000   00000000 0180 7804 0000 0000   00000000 0280 0180 6400 3200
   00000000 0480 0008 fbff 0500`,
  {
    events: [
      { is: "synchronize", locks: { scrollLock: true, numLock: true, capsLock: true, kanaLock: false } },
      { is: "key", key: { scanCode: 0x1d, extended: true, extended1: false }, down: true },
      { is: "key", key: { scanCode: 0x1d, extended: false, extended1: true }, down: false },
      { is: "unicode", unit: 0x20ac, down: true },
      { is: "pointerTo", at },
      { is: "button", button: "right", down: true, at },
      { is: "wheel", vertical: -120, horizontal: 0 },
      { is: "wheel", vertical: 0, horizontal: 120 },
      { is: "button", button: "back", down: true, at },
      { is: "pointerBy", offset: { x: -5, y: 5 } },
    ],
  },
);

vector(slowPathInput, "capture rdesktop 1.9", "0100 0000 00000000 0000 0000 0000 0000", {
  events: [{ is: "synchronize", locks: { scrollLock: false, numLock: false, capsLock: false, kanaLock: false } }],
});

test("a click, the wheel and keys captured from rdesktop are read", () => {
  const bytes = hex(`0700 0000
    13e4006b 0400 00c1 5b00 0000   13e4006b 0180 0008 6400 6400   13e4006b 0180 0090 6400 6400
    13e4006b 0180 0010 6400 6400   13e4006b 0180 8082 6400 6400   14e4006b 0180 8083 6400 6400
    14e4006b 0400 0000 1e00 0000`);
  const at = { x: 100, y: 100 };

  assert.deepEqual(decode(slowPathInput, bytes), {
    events: [
      { is: "key", key: { scanCode: 0x5b, extended: true, extended1: false }, down: false },
      { is: "pointerTo", at },
      { is: "button", button: "left", down: true, at },
      { is: "button", button: "left", down: false, at },
      { is: "wheel", vertical: 128, horizontal: 0 },
      { is: "wheel", vertical: -128, horizontal: 0 },
      { is: "key", key: { scanCode: 0x1e, extended: false, extended1: false }, down: true },
    ],
  });
});

test("an unknown event is left out and a timestamp becomes an event that says nothing", () => {
  assert.deepEqual(decode(slowPathInput, hex("0100 0000 00000000 7777 0000 0000 0000")), { events: [] });
  const timestamp: InputEvent = { is: "timestamp", milliseconds: 5 };
  assert.deepEqual(decode(slowPathInput, encode(slowPathInput, { events: [timestamp] })), { events: [] });
});
