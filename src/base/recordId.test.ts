import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestRecordIds, parseRecordId, recordId } from "./recordId.ts";

test("a record's name is six letters that are not mistaken for each other", () => {
  assert.equal(recordId(Uint8Array.of(19, 7, 23, 29, 2, 20)), "K7QX-2M");
  assert.equal(recordId(Uint8Array.of(0, 31, 32, 255, 128, 24)), "0Z0Z-0R");
});

test("a name may be typed in small letters, without its dash, and with letters that look alike", () => {
  assert.equal(parseRecordId("k7qx2m"), "K7QX-2M");
  assert.equal(parseRecordId(" K7QX 2M "), "K7QX-2M");
  assert.equal(parseRecordId("oil0-11"), "0110-11");
  assert.equal(parseRecordId("K7QX-2U"), undefined);
  assert.equal(parseRecordId("K7QX"), undefined);
  assert.equal(parseRecordId("HF-SEAT-01"), undefined);
});

test("the nearest names come first, and neighbours in exchanged order are one mistake", () => {
  const ids = ["AAAA-AA", "K7QX-M2", "K7QX-2N", "K7RY-2N"];
  assert.deepEqual(nearestRecordIds("k7qx2m", ids, 3), ["K7QX-M2", "K7QX-2N", "K7RY-2N"]);
});
