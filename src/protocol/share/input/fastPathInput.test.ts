import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { hex } from "../../../../test/hex.ts";
import { fastPathInput, readFastPathInput } from "./fastPathInput.ts";
import type { InputEvent } from "./inputEvent.ts";

const noLocks = { scrollLock: false, numLock: false, capsLock: false, kanaLock: false };

function read(bytes: Uint8Array): readonly InputEvent[] {
  const events: InputEvent[] = [];
  readFastPathInput(bytes, (event) => void events.push(event));
  return events;
}

test("mouse events captured from a Windows client are read and written", () => {
  const bytes = hex(
    `18 2c 20 0090 1a00 2604 20 0008 1b00 2604 20 0010 1b00 2604 20 0008 1a00 2704 20 0008 1900 2704 20 0008 1900 2804`,
  );
  const events: readonly InputEvent[] = [
    { is: "button", button: "left", down: true, at: { x: 26, y: 1062 } },
    { is: "pointerTo", at: { x: 27, y: 1062 } },
    { is: "button", button: "left", down: false, at: { x: 27, y: 1062 } },
    { is: "pointerTo", at: { x: 26, y: 1063 } },
    { is: "pointerTo", at: { x: 25, y: 1063 } },
    { is: "pointerTo", at: { x: 25, y: 1064 } },
  ];

  assert.deepEqual(read(bytes), events);
  // We write the length in two bytes, the client wrote one.
  assert.deepEqual(fastPathInput(events), hex(`18 802d ${Buffer.from(bytes.subarray(2)).toString("hex")}`));
});

test("keys and lock keys captured from xfreerdp are read and written", () => {
  const bytes = hex("0c 80 08 01 0f 60 01 0f");
  const tab = { scanCode: 0x0f, extended: false, extended1: false };
  const events: readonly InputEvent[] = [
    { is: "key", key: tab, down: false },
    { is: "synchronize", locks: noLocks },
    { is: "key", key: tab, down: false },
  ];

  assert.deepEqual(read(bytes), events);
  assert.deepEqual(fastPathInput(events), bytes);
});

test("every kind of event survives the way there and back", () => {
  const at = { x: 640, y: 65535 };
  const events: readonly InputEvent[] = [
    { is: "key", key: { scanCode: 0x1d, extended: true, extended1: false }, down: true },
    { is: "key", key: { scanCode: 0x1d, extended: false, extended1: true }, down: false },
    { is: "unicode", unit: 0x20ac, down: true },
    { is: "unicode", unit: 0xd83d, down: false },
    { is: "button", button: "right", down: true, at },
    { is: "button", button: "middle", down: false, at },
    { is: "button", button: "back", down: true, at },
    { is: "button", button: "forward", down: false, at },
    { is: "wheel", vertical: 120, horizontal: 0 },
    { is: "wheel", vertical: -120, horizontal: 0 },
    { is: "wheel", vertical: -256, horizontal: 0 },
    { is: "wheel", vertical: 0, horizontal: 255 },
    { is: "wheel", vertical: 0, horizontal: -1 },
    { is: "pointerBy", offset: { x: -5, y: 32767 } },
    { is: "relativeButton", button: "forward", down: true, offset: { x: 0, y: -32768 } },
    { is: "synchronize", locks: { scrollLock: true, numLock: false, capsLock: true, kanaLock: true } },
    { is: "timestamp", milliseconds: 0xfedcba98 },
  ];

  assert.deepEqual(read(fastPathInput(events)), events);
});

test("a wheel turned backwards is nine bits of two's complement", () => {
  assert.deepEqual(read(hex("04 09 20 8803 0000 0000")), [{ is: "wheel", vertical: -120, horizontal: 0 }]);
});

test("one movement with two relative buttons moves once", () => {
  assert.deepEqual(read(hex("04 09 a0 00b0 0300 fdff")), [
    { is: "relativeButton", button: "left", down: true, offset: { x: 3, y: -3 } },
    { is: "relativeButton", button: "right", down: true, offset: { x: 0, y: 0 } },
  ]);
});

test("events before a malformed one are told; the malformed one is a decode error", () => {
  const events: InputEvent[] = [];
  assert.throws(
    () => readFastPathInput(hex("08 05 00 1e e0"), (event) => void events.push(event)),
    (error) => error instanceof DecodeError && error.message.includes("a known event code, got 7"),
  );
  assert.equal(events.length, 1);
});

test("messages that are encrypted, of another length or no fast path are refused", () => {
  for (const text of ["84 04 00 1e", "04 05 00 1e", "04 03 00 1e", "03 00 00 04", "04 01 00 1e", "04"]) {
    assert.throws(() => read(hex(text)), DecodeError, text);
  }
});
