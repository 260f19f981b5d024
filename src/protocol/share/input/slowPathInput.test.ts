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

test("an unknown event is left out and a timestamp becomes an event that says nothing", () => {
  assert.deepEqual(decode(slowPathInput, hex("0100 0000 00000000 7777 0000 0000 0000")), { events: [] });
  const timestamp: InputEvent = { is: "timestamp", milliseconds: 5 };
  assert.deepEqual(decode(slowPathInput, encode(slowPathInput, { events: [timestamp] })), { events: [] });
});
